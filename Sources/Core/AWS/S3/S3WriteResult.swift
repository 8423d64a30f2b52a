/// The stored version of an object after a write.
public struct S3WriteResult: Equatable, Sendable {
  /// The ETag with its quotes, as `S3WriteCondition.matches` expects it.
  public let etag: String
  /// The version in a bucket with versioning; nil in others.
  public let versionID: String?

  package init(etag: String, versionID: String?) {
    self.etag = etag
    self.versionID = versionID
  }
}
