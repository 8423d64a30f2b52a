/// The result of publishing a scope.
public struct PublishReport: Equatable, Sendable {
  /// The number of records of each item, by its id.
  public var counts: [String: Int]
  /// The number of bytes written.
  public var bytes: Int

  public init(counts: [String: Int] = [:], bytes: Int = 0) {
    self.counts = counts
    self.bytes = bytes
  }
}
