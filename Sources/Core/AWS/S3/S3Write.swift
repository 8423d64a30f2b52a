import Cryptography
import FoundationEssentials
import HTTP
import Text

/// An object to write.
public struct S3Write: Sendable {
  public let body: Data
  public let location: S3Location
  public let contentType: String
  /// Names and values of printable ASCII.
  public let metadata: [String: String]
  public let condition: S3WriteCondition

  public init(
    _ body: Data, to location: S3Location, contentType: String = "application/octet-stream",
    metadata: [String: String] = [:], condition: S3WriteCondition = .none
  ) {
    self.body = body
    self.location = location
    self.contentType = contentType
    self.metadata = metadata
    self.condition = condition
  }

  /// Returns the headers of the request, with the digest against which S3 checks the bytes.
  func headers(digest: Digest) throws(AWSError) -> HTTPHeaders {
    var headers: HTTPHeaders = [
      "x-amz-content-sha256": digest.hexadecimal, "x-amz-sdk-checksum-algorithm": "SHA256",
      "x-amz-checksum-sha256": digest.base64, "Content-Type": contentType,
    ]
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
      guard Self.isName(name), value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
        throw AWSError(.invalidRequest, "S3 PutObject", of: "\(location)", "metadata must be printable ASCII")
      }
      headers["x-amz-meta-\(name.lowercased())"] = value
    }
    switch condition {
    case .none: break
    case .absent: headers["If-None-Match"] = "*"
    case .matches(let etag): headers["If-Match"] = etag
    }
    return headers
  }

  /// Accepts letters, digits, `-` and `_`: the part of an HTTP token (RFC 9110, 5.6.2) that names need.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }
}
