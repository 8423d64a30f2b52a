import AWS
import FoundationEssentials
import Time

/// The bucket of the objects. A test puts something between that loses calls.
protocol ObjectStore: AnyObject {
  /// Reads what is known of an object.
  /// - Returns: nil if there is none.
  func head(_ key: String, deadline: Deadline) throws(AWSError) -> S3ObjectInfo?

  /// - Throws: `preconditionFailed` if the condition does not hold.
  func put(
    _ body: Data, at key: String, contentType: String, metadata: [String: String], _ condition: S3WriteCondition,
    deadline: Deadline
  ) throws(AWSError)
}

final class BucketStore: ObjectStore {
  private let client: S3Client
  private let bucket: String

  init(_ client: S3Client, bucket: String) {
    self.client = client
    self.bucket = bucket
  }

  func head(_ key: String, deadline: Deadline) throws(AWSError) -> S3ObjectInfo? {
    do throws(AWSError) { return try client.head(S3Location(bucket: bucket, key: key), deadline: deadline) } catch {
      guard error.kind != .notFound else { return nil }
      throw error
    }
  }

  func put(
    _ body: Data, at key: String, contentType: String, metadata: [String: String], _ condition: S3WriteCondition,
    deadline: Deadline
  ) throws(AWSError) {
    try client.put(
      body, to: S3Location(bucket: bucket, key: key), contentType: contentType, metadata: metadata,
      condition: condition,
      deadline: deadline)
  }
}
