/// The result of a call of `EmbeddingService`.
public struct EmbeddingReport: Equatable, Sendable {
  /// The rows with new vectors, by table.
  public var rows: [String: Int] = [:]
  /// Rows of the legacy system whose vectors turned out to be of their present texts, and were kept.
  public var kept = 0
  /// Rows that were left to the next run, because another writer had them.
  public var busy = 0
  /// True if there was more to do than time.
  public var more = false
  /// Sentences for the operator: why nothing was embedded, or what is left to do.
  public var notes: [String] = []

  public init() {}
}
