import FoundationEssentials

/// An object's content, and what S3 tells of it.
public struct S3Object: Sendable {
  public let body: Data
  public let info: S3ObjectInfo
}
