import AWS
import Contracts
import FoundationEssentials
import Time

/// The raw data in S3, or in a folder: extract documents, the archives of the pages that they were made of, and the page
/// store.
public final class RawStore {
  /// The size limit for reading. Extract documents stay far below it.
  static let maximumBytes = 64 << 20

  /// The size limit for an archive. The scraper has the archive in memory, beside a batch of pages, within its 256 MB or
  /// more. A large day of the first dataset, with 118 records, has about 5 MB.
  public static let maximumArchiveBytes = 32 << 20

  let bucket: String
  let objects: any ObjectStore
  private let time: any TimeSource

  /// - Parameter bucket: the value of `S3_BUCKET_NAME`.
  public init(
    bucket: String, session: AWSSession, time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    self.bucket = bucket
    self.time = time
    do { objects = try S3Client(session) } catch { throw PipelineError(error) }
  }

  /// Makes a store in another place than S3.
  /// - Parameter bucket: empty for a place that has no buckets.
  public init(_ objects: any ObjectStore, bucket: String = "", time: any TimeSource = SystemTime()) {
    self.bucket = bucket
    self.objects = objects
    self.time = time
  }

  /// Makes a store with the credentials and the endpoint that the environment names.
  public convenience init(
    _ settings: RawStoreSettings, environment: [String: String], time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    let session: AWSSession
    do { session = try AWSSession(environment: environment, region: settings.region, time: time) } catch {
      throw PipelineError(error)
    }
    try self.init(bucket: settings.bucket, session: session, time: time)
  }

  /// Returns the page store of a source.
  /// - Parameters:
  ///   - source: the first part of the dataset's keys.
  ///   - variant: keeps pages of one address apart; nil if the address alone identifies a page.
  ///   - maximumBytes: the size limit for a stored page.
  public func pages(of source: String, variant: String? = nil, maximumBytes: Int = 4 << 20) -> PageStore {
    PageStore(source: source, variant: variant, bucket: bucket, objects: objects, maximumBytes: maximumBytes)
  }

  /// Writes a run's extract document, the archive of an attempt, or an object that continues one of them, unless an
  /// object has its key: a stored document may have been loaded, and stays.
  /// - Returns: true if it was written.
  @discardableResult
  public func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) -> Bool {
    // With hyphens: many servers and proxies drop headers whose names have an underscore.
    var metadata = [
      "source": key.dataset.source, "data-type": key.dataset.dataType, "ingestion-timestamp": RFC3339.utc(time.now),
      "item": key.item.id, "run": key.run,
    ]
    metadata["date"] = key.item.date?.description
    do {
      try objects.put(
        S3Write(
          data, to: S3Location(bucket: bucket, key: key.description),
          contentType: key.isDocument ? "application/json" : "application/gzip",
          metadata: metadata, condition: .absent), deadline: deadline)
      return true
    } catch {
      if error.kind == .preconditionFailed { return false }
      throw PipelineError(error)
    }
  }

  /// Reads a document or an archive.
  /// - Parameter key: the key as a request or a document names it.
  public func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data {
    do { return try object(at: key, deadline) } catch { throw PipelineError(error) }
  }

  /// Reads a document that may not exist.
  /// - Returns: nil if no object has the key.
  public func find(_ key: String, deadline: Deadline) throws(PipelineError) -> Data? {
    do { return try object(at: key, deadline) } catch {
      if error.kind == .notFound { return nil }
      throw PipelineError(error)
    }
  }

  private func object(at key: String, _ deadline: Deadline) throws(AWSError) -> Data {
    try objects.get(S3Location(bucket: bucket, key: key), maximumBytes: Self.maximumBytes, deadline: deadline).body
  }

  /// Lists the archives of an item, ordered by the start of their attempts. The runs of an item without a date are in many
  /// partitions, so that all archives of the dataset are listed to find them.
  /// - Parameter key: the key of any run of the item.
  public func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey] {
    let keys: [String]
    do { keys = try objects.keys(in: bucket, prefix: key.searchPrefix, deadline: deadline) } catch {
      throw PipelineError(error)
    }
    return keys.compactMap { key.archive(at: $0) }.sorted {
      ($0.attempt ?? "", $0.run) < ($1.attempt ?? "", $1.run)
    }
  }

  /// Returns `s3://bucket/key`, or `file:///folder/key`.
  public func url(of key: String) -> String { objects.address(of: S3Location(bucket: bucket, key: key)) }
}
