import FoundationEssentials
import HTTP

/// The metadata of an object.
public struct S3ObjectInfo: Equatable, Sendable {
  /// The ETag with its quotes, as `S3WriteCondition.matches` expects it.
  public let etag: String
  /// In bytes.
  public let size: Int?
  /// The version in a bucket with versioning; nil in others.
  public let versionID: String?
  public let contentType: String?
  public let lastModified: Date?
  /// The user metadata. Names are in lower case, without `x-amz-meta-`.
  public let metadata: [String: String]
  /// The SHA-256 that was sent with the object, in Base64; nil if none was sent.
  public let checksum: String?

  init(_ headers: HTTPHeaders) {
    etag = headers["ETag"] ?? ""
    versionID = headers["x-amz-version-id"]
    size = headers["Content-Length"].flatMap { Int($0) }
    contentType = headers["Content-Type"]
    lastModified = headers["Last-Modified"].flatMap(HTTPDate.parse)
    checksum = headers["x-amz-checksum-sha256"]
    var metadata: [String: String] = [:]
    for (name, value) in headers where name.lowercased().hasPrefix("x-amz-meta-") {
      metadata[String(name.lowercased().dropFirst("x-amz-meta-".count))] = value
    }
    self.metadata = metadata
  }

  /// The metadata of an object that is kept in another place than S3.
  package init(etag: String, size: Int, metadata: [String: String]) {
    self.etag = etag
    self.size = size
    self.metadata = metadata
    (versionID, contentType, lastModified, checksum) = (nil, nil, nil, nil)
  }

  /// The version that these headers are about.
  var stored: S3WriteResult { S3WriteResult(etag: etag, versionID: versionID) }
}
