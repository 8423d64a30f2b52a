import AWS
import FoundationEssentials
import Pipeline
import Time

/// What was extracted from a source, kept in S3 before it is loaded.
public final class RawStore {
  /// No extract document of a day comes near it.
  public static let maximumDocumentBytes = 64 << 20

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

  /// Writes a run's extract document, which a second try of the same run writes again.
  /// - Parameter document: JSON.
  public func put(_ document: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) {
    do {
      try s3.put(
        document, to: S3Location(bucket: bucket, key: key.description), contentType: "application/json",
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

  /// `s3://bucket/key`.
  public func url(of key: String) -> String { S3Location(bucket: bucket, key: key).description }
}
