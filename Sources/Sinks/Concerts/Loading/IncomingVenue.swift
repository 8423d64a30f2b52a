import FoundationEssentials

/// A venue in a document.
struct IncomingVenue {
  var content: VenueRow
  /// True if the venue's page was read. If so, missing fields are really absent and overwrite stored values; if not,
  /// stored values are kept.
  var pageWasRead: Bool
  /// The time at which the venue's page was read; nil if it was not, or if that is unknown. It does not apply to the
  /// name, which is the listing's.
  var readAt: Date?

  /// Merges another record of the venue. A record whose page was read wins; otherwise the other record fills the gaps of
  /// this one.
  mutating func add(_ other: IncomingVenue) {
    if pageWasRead { return }
    if other.pageWasRead {
      self = other
    } else {
      content = content.filled(from: other.content)
      readAt = readAt ?? other.readAt
    }
  }
}
