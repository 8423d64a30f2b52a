/// The condition of a write.
public enum S3WriteCondition: Equatable, Sendable {
  case none
  /// The object does not exist.
  case absent
  /// The stored object has this ETag: compare and swap.
  case matches(etag: String)
}
