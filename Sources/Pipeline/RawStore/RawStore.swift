import AWS
import FoundationEssentials
import Pipeline
import Time

/// What was extracted from a source, kept in S3 before it is loaded, and the pages that it was extracted from.
public final class RawStore {
  /// No extract document of a day comes near it.
  public static let maximumDocumentBytes = 64 << 20

  /// The pages of a day with 118 shows have about 5 MB. Whoever writes or reads an archive has it in memory, beside a
  /// batch of pages: in the scraper's 256 MB or more.
  public static let maximumArchiveBytes = 32 << 20

  private let bucket: String
  private let s3: S3Client

  /// - Parameter bucket: from `S3_BUCKET_NAME`.
  public init(bucket: String, session: AWSSession) throws(PipelineError) {
    self.bucket = bucket
    do { s3 = try S3Client(session) } catch { throw PipelineError(error) }
  }

  /// A store with the credentials and the endpoint that the environment names.
  public convenience init(
    _ settings: RawStoreSettings, environment: [String: String], time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    let session: AWSSession
    do { session = try AWSSession(environment: environment, region: settings.region, time: time) } catch {
      throw PipelineError(error)
    }
    try self.init(bucket: settings.bucket, session: session)
  }

  /// The pages of a dataset's source.
  public func pages(of dataset: String) -> PageStore { PageStore(dataset: dataset, bucket: bucket, s3: s3) }

  /// Writes a run's extract document or archive, which a second try of the same run writes again.
  public func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) {
    do {
      try s3.put(
        data, to: S3Location(bucket: bucket, key: key.description),
        contentType: key.fileExtension == "json" ? "application/json" : "application/gzip",
        metadata: [
          "source": key.dataset, "data-type": key.dataType, "date": key.date.description, "run": key.run,
        ], deadline: deadline)
    } catch { throw PipelineError(error) }
  }

  /// Reads a document whole.
  /// - Parameter key: as an event names it.
  public func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data {
    do {
      return try s3.get(
        S3Location(bucket: bucket, key: key), maximumBytes: Self.maximumDocumentBytes, deadline: deadline
      ).body
    } catch { throw PipelineError(error) }
  }

  /// Reads an archive whole.
  /// - Throws: `InvalidInput` when there is none.
  public func archive(at key: RawKey, deadline: Deadline) throws(PipelineError) -> Data {
    let location = S3Location(bucket: bucket, key: key.description)
    do { return try s3.get(location, maximumBytes: Self.maximumArchiveBytes, deadline: deadline).body } catch {
      guard error.kind == .notFound else { throw PipelineError(error) }
      throw PipelineError(.invalidInput, "the run '\(key.run)' has no archive of \(key.date): \(location) is not there")
    }
  }

  /// The archives of a date, oldest first.
  /// - Parameter key: of any run of the date.
  public func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [StoredArchive] {
    let entries: [S3Listing.Entry]
    do { entries = try s3.list(bucket: bucket, prefix: key.folder, deadline: deadline).entries } catch {
      throw PipelineError(error)
    }
    let documents = Set(entries.compactMap { key.sibling($0.key, fileExtension: "json")?.run })
    return entries.compactMap { entry in
      guard let archive = key.sibling(entry.key, fileExtension: key.archive.fileExtension) else { return nil }
      return StoredArchive(
        key: archive, written: entry.lastModified ?? .distantPast, hasDocument: documents.contains(archive.run))
    }.sorted { ($0.written, $0.key.run) < ($1.written, $1.key.run) }
  }

  /// `s3://bucket/key`.
  public func url(of key: String) -> String { S3Location(bucket: bucket, key: key).description }
}
