/// The result of comparing artists and venues with those of other sources.
public struct LinkingReport: Equatable, Sendable {
  public var counts = EnrichmentCounts.Links()
  /// True if there was more to do than time.
  public var more = false
  /// Sentences about what was not done.
  public var notes: [String] = []

  public init() {}
}
