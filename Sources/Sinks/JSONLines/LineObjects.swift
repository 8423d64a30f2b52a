import AWS
import FoundationEssentials
import Time

/// The bucket of the files. A test puts something between that loses calls.
protocol LineObjects: AnyObject {
  /// Reads whole objects, several at once.
  /// - Returns: the outcome of each, in the order of the keys; nil for one that does not exist.
  func getAll(_ keys: [String], deadline: Deadline) -> [Result<S3Object?, AWSError>]

  /// Writes whole objects, each under its condition, several at once.
  /// - Returns: the ETag of each, or the error, in the order of the writes.
  func putAll(_ writes: [LineWrite], deadline: Deadline) -> [Result<String, AWSError>]

  /// Deletes an object that has an ETag; one that does not exist counts as deleted.
  /// - Throws: `preconditionFailed` if it has another one.
  func delete(_ key: String, ifMatches etag: String, deadline: Deadline) throws(AWSError)

  /// Returns the address of an object, for people.
  func address(of key: String) -> String
}

/// An object to write.
struct LineWrite {
  let key: String
  let body: Data
  var contentType = "application/json"
  var metadata: [String: String] = [:]
  let condition: S3WriteCondition
}

final class BucketLines: LineObjects {
  /// Bytes of a file at most, in memory beside the group's own.
  static let maximumBytes = 8 << 20

  private let client: S3Client
  private let bucket: String

  init(_ client: S3Client, bucket: String) {
    self.client = client
    self.bucket = bucket
  }

  func getAll(_ keys: [String], deadline: Deadline) -> [Result<S3Object?, AWSError>] {
    client.getAll(keys.map(location), maximumBytes: Self.maximumBytes, deadline: deadline).map { outcome in
      switch outcome {
      case .success(let object): .success(object)
      case .failure(let error): error.kind == .notFound ? .success(nil) : .failure(error)
      }
    }
  }

  func putAll(_ writes: [LineWrite], deadline: Deadline) -> [Result<String, AWSError>] {
    client.putAll(
      writes.map {
        S3Write(
          $0.body, to: location($0.key), contentType: $0.contentType, metadata: $0.metadata, condition: $0.condition)
      }, deadline: deadline
    ).map { $0.map(\.etag) }
  }

  func delete(_ key: String, ifMatches etag: String, deadline: Deadline) throws(AWSError) {
    try client.delete(location(key), ifMatches: etag, deadline: deadline)
  }

  func address(of key: String) -> String { "\(location(key))" }

  private func location(_ key: String) -> S3Location { S3Location(bucket: bucket, key: key) }
}
