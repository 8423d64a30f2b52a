import FoundationEssentials
import HTTP
import Time

/// Amazon S3, and what speaks its protocol.
///
/// Every call is tried again on 500, 503, throttling, and failures of the wire, with full jitter and never past the
/// deadline; all other refusals are final.
public final class S3Client {
  let client: AWSClient

  public init(_ session: AWSSession) throws(AWSError) {
    client = try AWSClient(.s3, session: session)
  }

  /// Writes an object whole. S3 checks its bytes against their SHA-256.
  /// - Parameters:
  ///   - metadata: names and values of printable ASCII.
  ///   - condition: when it does not hold, the error is `preconditionFailed`, and what lies there stays. Where an answer
  ///     was lost on the way and the retry finds the condition broken by this very write, that is a success.
  /// - Returns: the new ETag.
  @discardableResult
  public func put(
    _ body: Data, to location: S3Location, contentType: String = "application/octet-stream",
    metadata: [String: String] = [:], condition: S3WriteCondition = .none, deadline: Deadline
  ) throws(AWSError) -> String {
    let write = S3Write(body, to: location, contentType: contentType, metadata: metadata, condition: condition)
    return try putAll([write], deadline: deadline)[0].get()
  }

  /// Reads an object whole, and checks it against the checksum that it was written with.
  /// - Throws: `tooLarge` when it is longer than `maximumBytes`; `notFound`; `noSuchBucket`.
  public func get(
    _ location: S3Location, maximumBytes: Int = 32 << 20, deadline: Deadline
  ) throws(AWSError) -> S3Object {
    try getAll([location], maximumBytes: maximumBytes, deadline: deadline)[0].get()
  }

  /// What S3 tells of an object.
  /// - Throws: `notFound`, also when there is no such bucket: S3 does not say which.
  public func head(_ location: S3Location, deadline: Deadline) throws(AWSError) -> S3ObjectInfo {
    var request = try request("HEAD", "HeadObject", location)
    request.headers["x-amz-checksum-mode"] = "ENABLED"
    return try client.send(request, deadline: deadline) { S3ObjectInfo($0.headers) }
  }

  /// Removes an object; one that is not there counts as removed.
  public func delete(_ location: S3Location, deadline: Deadline) throws(AWSError) {
    try client.send(try request("DELETE", "DeleteObject", location), deadline: deadline) { _ in }
  }

  func request(_ method: String, _ operation: String, _ location: S3Location) throws(AWSError) -> AWSRequest {
    // Without a key the same request would be about the bucket.
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

  /// SHA-256 of no bytes: the payload of whatever has no body.
  private static let digestOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}
