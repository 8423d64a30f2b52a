import FoundationEssentials
import HTTP
import Time

/// A client of Amazon S3 and compatible services.
///
/// Calls are retried on 500, 503, throttling and transport failures, with full jitter and never past the deadline. Other
/// errors are final.
public final class S3Client {
  let client: AWSClient

  public init(_ session: AWSSession) throws(AWSError) {
    client = try AWSClient(.s3, session: session)
  }

  /// Writes a whole object. S3 checks its bytes against their SHA-256.
  /// - Parameters:
  ///   - metadata: names and values of printable ASCII.
  ///   - condition: if it is not met, the error is `preconditionFailed`, and the stored object stays. If a response was lost
  ///     and the retry fails the condition because of this same write, that is a success.
  /// - Returns: the ETag and, in a bucket with versioning, the version.
  @discardableResult
  public func put(
    _ body: Data, to location: S3Location, contentType: String = "application/octet-stream",
    metadata: [String: String] = [:], condition: S3WriteCondition = .none, deadline: Deadline
  ) throws(AWSError) -> S3WriteResult {
    let write = S3Write(body, to: location, contentType: contentType, metadata: metadata, condition: condition)
    return try putAll([write], deadline: deadline)[0].get()
  }

  /// Reads a whole object and checks it against the checksum that it was written with.
  /// - Throws: `tooLarge` if it is longer than `maximumBytes`; `notFound`; `noSuchBucket`.
  public func get(
    _ location: S3Location, maximumBytes: Int = 32 << 20, deadline: Deadline
  ) throws(AWSError) -> S3Object {
    try getAll([location], maximumBytes: maximumBytes, deadline: deadline)[0].get()
  }

  /// Reads the metadata of an object.
  /// - Throws: `notFound`, also if the bucket does not exist: S3 does not say which.
  public func head(_ location: S3Location, deadline: Deadline) throws(AWSError) -> S3ObjectInfo {
    try headAll([location], deadline: deadline)[0].get()
  }

  /// Reads a part of an object.
  /// - Parameters:
  ///   - range: the places of the bytes, within the object.
  ///   - info: the version of the object, as `head` or `get` has returned it.
  /// - Throws: `preconditionFailed` if the object is another one now.
  public func get(
    _ location: S3Location, bytes range: Range<Int>, of info: S3ObjectInfo, deadline: Deadline
  ) throws(AWSError) -> Data {
    guard !range.isEmpty else { return Data() }
    var request = try request("GET", "GetObject", location)
    request.headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    request.headers["If-Match"] = info.etag
    if let version = info.versionID, version != "null" { request.query = [("versionId", version)] }
    request.maximumBodyBytes = range.count
    return try client.send(request, deadline: deadline) { (response) throws(AWSError) in
      guard response.status == 206, response.body.count == range.count else {
        throw .corrupt("S3 GetObject", of: "\(location)", "the response is not the part that was asked for")
      }
      return response.body
    }
  }

  /// Deletes an object. An object that does not exist counts as deleted.
  /// - Parameter etag: the ETag that the object must have, else the error is `preconditionFailed`, and it stays; nil for any.
  ///   S3 takes the condition for general purpose buckets; a store that does not know it deletes any.
  public func delete(_ location: S3Location, ifMatches etag: String? = nil, deadline: Deadline) throws(AWSError) {
    var request = try request("DELETE", "DeleteObject", location)
    if let etag { request.headers["If-Match"] = etag }
    do { try client.send(request, deadline: deadline) { _ in } } catch {
      // With a condition, S3 says that there is no object.
      guard etag != nil, error.kind == .notFound else { throw error }
    }
  }

  func request(_ method: String, _ operation: String, _ location: S3Location) throws(AWSError) -> AWSRequest {
    // Without a key, the same request would concern the bucket.
    guard !location.bucket.isEmpty, !location.key.isEmpty else {
      throw AWSError(.invalidRequest, "S3 \(operation)", of: "\(location)", "bucket and key must not be empty")
    }
    return request(method, operation, bucket: location.bucket, key: location.key)
  }

  func request(_ method: String, _ operation: String, bucket: String, key: String?) -> AWSRequest {
    let address = S3Address(bucket: bucket, key: key, at: client.endpoint)
    var request = AWSRequest(operation: operation, resource: "s3://\(bucket)/\(key ?? "")", method: method)
    request.endpoint = address.endpoint
    request.path = address.path
    request.headers["x-amz-content-sha256"] = Self.digestOfNothing
    return request
  }

  /// The SHA-256 of no bytes: the payload hash of a request without a body.
  private static let digestOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}
