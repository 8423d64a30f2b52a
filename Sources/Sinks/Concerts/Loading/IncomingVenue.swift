import FoundationEssentials

/// What a document tells of a venue.
struct IncomingVenue {
  var content: VenueRow
  /// Whether what is not told is known not to be. Else it is unknown, and what is stored stays.
  var pageWasRead: Bool
  /// How old that is, but for the name; nil when nothing is told, or it does not say.
  var readAt: Date?

  /// Of two records the one whose page was read tells of the venue, else the earlier, with its gaps filled.
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
