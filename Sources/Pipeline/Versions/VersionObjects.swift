import AWS
import FoundationEssentials
import Time

/// The operations on the objects of a bucket that versions and projections need. In production it is S3; a test puts
/// something between that loses calls.
public protocol VersionObjects: AnyObject {
  /// Reads whole objects. See `S3Client.getAll`.
  /// - Returns: the outcome of each object, in the order of the keys.
  func getAll(_ keys: [String], maximumBytes: Int, deadline: Deadline) -> [Result<S3Object, AWSError>]

  /// Writes whole objects, each under its condition, several at once. See `S3Client.putAll`.
  /// - Returns: the stored version of each object, or the error, in the order of the writes.
  func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>]

  /// Lists the keys that begin with a prefix. See `S3Client.list`.
  /// - Parameter delimiter: `/` for the folders directly below the prefix.
  func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing

  /// Deletes an object. One that does not exist counts as deleted.
  func delete(_ key: String, deadline: Deadline) throws(AWSError)

  /// Returns the address of an object, for people: `s3://bucket/key`.
  func address(of key: String) -> String
}

extension VersionObjects {
  public func get(_ key: String, maximumBytes: Int, deadline: Deadline) throws(AWSError) -> S3Object {
    try getAll([key], maximumBytes: maximumBytes, deadline: deadline)[0].get()
  }

  @discardableResult
  public func put(_ write: VersionWrite, deadline: Deadline) throws(AWSError) -> S3WriteResult {
    try putAll([write], deadline: deadline)[0].get()
  }
}

/// An object to write.
public struct VersionWrite: Sendable {
  public let key: String
  public let body: Data
  public let contentType: String
  public let condition: S3WriteCondition

  public init(
    _ body: Data, to key: String, contentType: String = "application/json", condition: S3WriteCondition = .none
  ) {
    self.key = key
    self.body = body
    self.contentType = contentType
    self.condition = condition
  }
}

/// The objects of a bucket in S3.
public final class BucketObjects: VersionObjects {
  private let client: S3Client
  private let bucket: String

  public init(_ client: S3Client, bucket: String) {
    self.client = client
    self.bucket = bucket
  }

  public func getAll(_ keys: [String], maximumBytes: Int, deadline: Deadline) -> [Result<S3Object, AWSError>] {
    client.getAll(keys.map(location), maximumBytes: maximumBytes, deadline: deadline)
  }

  public func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    client.putAll(
      writes.map {
        S3Write($0.body, to: location($0.key), contentType: $0.contentType, condition: $0.condition)
      }, deadline: deadline)
  }

  public func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing {
    try client.list(bucket: bucket, prefix: prefix, delimiter: delimiter, deadline: deadline)
  }

  public func delete(_ key: String, deadline: Deadline) throws(AWSError) {
    try client.delete(location(key), deadline: deadline)
  }

  public func address(of key: String) -> String { "\(location(key))" }

  private func location(_ key: String) -> S3Location { S3Location(bucket: bucket, key: key) }
}
