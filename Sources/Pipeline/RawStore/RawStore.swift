import AWS
import Contracts
import FoundationEssentials
import Time

/// What was extracted from a source, kept in S3 before it is loaded, and the pages that it was extracted from.
public final class RawStore {
  /// No extract document of a day comes near it.
  static let maximumBytes = 64 << 20

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

  /// Writes a run's extract document, or a try's archive, unless something lies at its key: what was written once may have
  /// been loaded, and stays.
  /// - Returns: whether it was written.
  @discardableResult
  public func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) -> Bool {
    do {
      try s3.put(
        data, to: S3Location(bucket: bucket, key: key.description),
        contentType: key.attempt == nil ? "application/json" : "application/gzip",
        metadata: [
          "source": key.dataset, "data-type": key.dataType, "date": key.date.description, "run": key.run,
        ], condition: .absent, deadline: deadline)
      return true
    } catch {
      if error.kind == .preconditionFailed { return false }
      throw PipelineError(error)
    }
  }

  /// Reads a document or an archive whole.
  /// - Parameter key: as an event or a document names it.
  public func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data {
    do {
      return try s3.get(S3Location(bucket: bucket, key: key), maximumBytes: Self.maximumBytes, deadline: deadline).body
    } catch { throw PipelineError(error) }
  }

  /// The archives of a date, in the order in which their tries began, by the clocks of those.
  /// - Parameter key: of any run of the date.
  public func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey] {
    let entries: [S3Listing.Entry]
    do { entries = try s3.list(bucket: bucket, prefix: key.folder, deadline: deadline).entries } catch {
      throw PipelineError(error)
    }
    return entries.compactMap { key.archive(at: $0.key) }.sorted {
      ($0.attempt ?? "", $0.run) < ($1.attempt ?? "", $1.run)
    }
  }

  /// `s3://bucket/key`.
  public func url(of key: String) -> String { S3Location(bucket: bucket, key: key).description }
}
