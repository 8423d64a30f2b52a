import Enrichment

/// The body of the enricher's response: `{"status":"success","message":…,"dataset":"listings","embedded":{"events":118,
/// "artists":97,"venues":60,"genres":12},"geocoded":{"looked_up":60,"found":58,"missed":2,"failed":0},
/// "links":{"compared":140,"new":31,"removed":0},"more":false,"notes":[]}`. The status `skipped` is of a dataset that has nothing to enrich.
public struct EnrichResponse: Codable, Equatable, Sendable {
  /// The status of a dataset that has nothing to enrich.
  public static let skipped = "skipped"

  public let status: String
  public let message: String
  public let dataset: String
  public let embedded: EnrichmentCounts.Embedded
  public let geocoded: EnrichmentCounts.Geocoded
  public let links: EnrichmentCounts.Links
  /// True if another call should go on.
  public let more: Bool
  public let notes: [String]

  public init(_ counts: EnrichmentCounts, dataset: String) {
    status = "success"
    links = counts.links ?? EnrichmentCounts.Links()
    message =
      "\(counts.embedded.total) rows embedded, \(counts.geocoded.found) of \(counts.geocoded.lookedUp) venues located"
      + (links.compared > 0 ? ", \(links.compared) artists and venues compared" : "")
      + (counts.more ? ", and more to do" : "")
    self.dataset = dataset
    embedded = counts.embedded
    geocoded = counts.geocoded
    more = counts.more
    notes = counts.notes
  }

  /// The counts, for the run's next call and for its summary.
  public var counts: EnrichmentCounts {
    var counts = EnrichmentCounts()
    (counts.embedded, counts.geocoded, counts.links) = (embedded, geocoded, links)
    (counts.more, counts.notes) = (more, notes)
    return counts
  }

  /// The response for a dataset that has nothing to enrich.
  public init(skipped dataset: String) {
    let counts = EnrichmentCounts()
    status = Self.skipped
    message = "\(dataset) has no sink whose tables are enriched"
    self.dataset = dataset
    (embedded, geocoded, links) = (counts.embedded, counts.geocoded, EnrichmentCounts.Links())
    (more, notes) = (false, [])
  }
}
