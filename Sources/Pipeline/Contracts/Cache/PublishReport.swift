/// The result of publishing a scope.
public struct PublishReport: Equatable, Sendable {
  /// The number of records of each item, by its id.
  public var counts: [String: Int]
  /// The number of bytes written.
  public var bytes: Int
  /// The items of a cache, for the ledger; empty for a publisher whose output does not expire.
  public var cached: [PublishedItem]
  /// Remarks on what was published, in sentences for the log.
  public var notes: [String] = []
  /// Failures that cost nothing else, in sentences for the log.
  public var warnings: [String] = []

  public init(counts: [String: Int] = [:], bytes: Int = 0, cached: [PublishedItem] = []) {
    self.counts = counts
    self.bytes = bytes
    self.cached = cached
  }
}
