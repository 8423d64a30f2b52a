/// On what a write depends.
public enum S3WriteCondition: Equatable, Sendable {
  case none
  /// Nothing lies there yet.
  case absent
  /// What lies there has this ETag: compare and swap.
  case matches(etag: String)
}
