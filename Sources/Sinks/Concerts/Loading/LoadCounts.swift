import Contracts
import FoundationEssentials

/// The counts of a load, by kind of entity. A venue, an artist or a genre counts once, even if several records name it;
/// artists that are only related to others count too. Stored as JSON in `loads.counts`.
struct LoadCounts: Codable, Equatable {
  /// The events, with those that were cancelled because the listing lacks them.
  var events = RecordCounts(cancelled: 0)
  var venues = RecordCounts()
  var artists = RecordCounts()
  var genres = RecordCounts()
  /// The tallies of the fields of detail pages, by `PageField.key`; nil if no page could have lost one, or if the request
  /// allows it.
  var fields: [String: FieldTally]?
  /// The notice of a load that kept what most pages have lost. See `LoadReport.notice`.
  var notice: String?

  /// The counts by the plural names of the kinds.
  var byKind: [String: RecordCounts] { ["events": events, "venues": venues, "artists": artists, "genres": genres] }

  /// - Throws: `StorageCorrupt` if the counts do not add up.
  func check() throws(PipelineError) {
    for (kind, counts) in [("events", events), ("venues", venues), ("artists", artists), ("genres", genres)] {
      try counts.check(kind)
    }
  }
}

extension LoadReport {
  init(_ counts: LoadCounts, _ rejections: [RejectedRecord], isSuperseded: Bool, listedAt: Date?) {
    var counts = counts
    // Early loads did not count cancelled events.
    counts.events.cancelled = counts.events.cancelled ?? 0
    self.init(
      records: counts.events, counts: counts.byKind,
      rejections: rejections.map {
        LoadReport.Rejection(position: $0.position, reason: $0.reason.description, key: $0.href)
      },
      isSuperseded: isSuperseded, listedAt: listedAt, isInLedger: true, notice: counts.notice)
  }
}
