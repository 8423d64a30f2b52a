import FoundationEssentials
import HTTP

/// An object's content, and what S3 tells of it.
public struct S3Object: Sendable {
  public let body: Data
  public let info: S3ObjectInfo
}

/// What S3 tells of an object.
public struct S3ObjectInfo: Equatable, Sendable {
  /// With its quotes, as `S3WriteCondition.matches` takes it.
  public let etag: String
  /// In bytes.
  public let size: Int?
  public let contentType: String?
  public let lastModified: Date?
  /// The user's metadata, names in lower case, without `x-amz-meta-`.
  public let metadata: [String: String]
  /// Base64 of the SHA-256 that was sent with the object; nil when none was.
  public let checksum: String?

  init(_ headers: HTTPHeaders) {
    etag = headers["ETag"] ?? ""
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
}

/// On what a write depends.
public enum S3WriteCondition: Equatable, Sendable {
  case none
  /// Nothing lies there yet.
  case absent
  /// What lies there has this ETag: compare and swap.
  case matches(etag: String)
}
