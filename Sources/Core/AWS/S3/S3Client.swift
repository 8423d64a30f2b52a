import Cryptography
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
    var request = try request("PUT", "PutObject", location)
    let digest = try Digest(digesting: body)
    request.body = body
    request.headers["x-amz-content-sha256"] = digest.hexadecimal
    request.headers["x-amz-sdk-checksum-algorithm"] = "SHA256"
    request.headers["x-amz-checksum-sha256"] = digest.base64
    request.headers["Content-Type"] = contentType
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
      guard Self.isToken(name), value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
        throw AWSError(.invalidRequest, "S3 PutObject", of: "\(location)", "metadata must be printable ASCII")
      }
      request.headers["x-amz-meta-\(name.lowercased())"] = value
    }
    switch condition {
    case .none: break
    case .absent: request.headers["If-None-Match"] = "*"
    case .matches(let etag): request.headers["If-Match"] = etag
    }
    do {
      return try client.send(request, deadline: deadline) { $0.headers["ETag"] ?? "" }
    } catch {
      guard error.kind == .preconditionFailed, error.followsLostAnswer else { throw error }
      let found = try head(location, deadline: deadline)
      guard found.checksum == digest.base64 else { throw error }
      return found.etag
    }
  }

  /// Reads an object whole, and checks it against the checksum that it was written with.
  /// - Throws: `tooLarge` when it is longer than `maximumBytes`; `notFound`; `noSuchBucket`.
  public func get(
    _ location: S3Location, maximumBytes: Int = 32 << 20, deadline: Deadline
  ) throws(AWSError) -> S3Object {
    var request = try request("GET", "GetObject", location)
    request.headers["x-amz-checksum-mode"] = "ENABLED"
    request.maximumBodyBytes = maximumBytes
    return try client.send(request, deadline: deadline) { (answer) throws(AWSError) in
      let info = S3ObjectInfo(answer.headers)
      // That of an object in parts (`…-3`) is a sum of sums.
      if let checksum = info.checksum, !checksum.contains("-"), try Digest(digesting: answer.body).base64 != checksum {
        throw .corrupt("S3 GetObject", of: "\(location)", "the bytes do not have the object's checksum")
      }
      return S3Object(body: answer.body, info: info)
    }
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

  private func request(_ method: String, _ operation: String, _ location: S3Location) throws(AWSError) -> AWSRequest {
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

  /// RFC 9110, 5.6.2, less what nobody needs in a name.
  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      }
  }
}
