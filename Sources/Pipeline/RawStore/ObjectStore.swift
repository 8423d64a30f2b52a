import AWS
import FoundationEssentials
import Time

/// The place of the raw data: the operations on objects that `RawStore` and `PageStore` need. In production it is S3. A
/// process on one machine may keep them in a folder.
public protocol ObjectStore: AnyObject {
  /// Reads whole objects. See `S3Client.get`.
  /// - Returns: the outcome of each object, in the order of the locations.
  func getAll(
    _ locations: [S3Location], maximumBytes: Int, deadline: Deadline
  ) -> [Result<S3Object, AWSError>]

  /// Writes whole objects, each under its condition. See `S3Client.put`.
  /// - Returns: the stored version of each object, or the error, in the order of the writes.
  func putAll(_ writes: [S3Write], deadline: Deadline) -> [Result<S3WriteResult, AWSError>]

  /// Returns all keys that begin with a prefix, in the order of their bytes.
  func keys(in bucket: String, prefix: String, deadline: Deadline) throws(AWSError) -> [String]

  /// Returns the address of an object, for people and programs.
  func address(of location: S3Location) -> String
}

extension ObjectStore {
  func get(_ location: S3Location, maximumBytes: Int, deadline: Deadline) throws(AWSError) -> S3Object {
    try getAll([location], maximumBytes: maximumBytes, deadline: deadline)[0].get()
  }

  func put(_ write: S3Write, deadline: Deadline) throws(AWSError) {
    _ = try putAll([write], deadline: deadline)[0].get()
  }
}

extension S3Client: ObjectStore {
  public func keys(in bucket: String, prefix: String, deadline: Deadline) throws(AWSError) -> [String] {
    try list(bucket: bucket, prefix: prefix, deadline: deadline).entries.map(\.key)
  }

  public func address(of location: S3Location) -> String { location.description }
}
