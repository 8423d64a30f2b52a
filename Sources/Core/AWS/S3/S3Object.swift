import FoundationEssentials

/// An object with its content and metadata.
public struct S3Object: Sendable {
  public let body: Data
  public let info: S3ObjectInfo

  package init(body: Data, info: S3ObjectInfo) {
    self.body = body
    self.info = info
  }
}
