import Enrichment

/// A request to the enricher: `{"dataset":"listings","run":"nightly-1"}`; `{}` is one for the standard dataset.
public struct EnrichRequest: Codable, Equatable, Sendable {
  /// The dataset's id.
  public var dataset: String?
  /// The name of the run, for the log.
  public var run: String?
  /// The counts of the run's earlier calls, to which this one adds.
  public var soFar: EnrichmentCounts?

  enum CodingKeys: String, CodingKey {
    case dataset, run
    case soFar = "so_far"
  }

  public init(dataset: String? = nil, run: String? = nil, soFar: EnrichmentCounts? = nil) {
    self.dataset = dataset
    self.run = run
    self.soFar = soFar
  }
}
