import FoundationEssentials

/// An object with its content and metadata.
public struct S3Object: Sendable {
  public let body: Data
  public let info: S3ObjectInfo
}
