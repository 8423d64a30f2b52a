/// The bytes of a response. Lambda takes 6 MB, and a page of large records has more.
public enum ResponseSize {
  /// A page ends before the record that would go beyond this, unless that is its first. Lambda's response has the body as
  /// a JSON string or as base64, so that it grows by a third at most.
  public static let most = 4 << 20
}
