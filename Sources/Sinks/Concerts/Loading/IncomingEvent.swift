import FoundationEssentials

/// An event in a document. The listing was always read; the detail pages may not have been.
struct IncomingEvent {
  var time: Date?
  /// The artist as the listing names it.
  var artistName: String
  /// The name under which the artist is stored.
  var artist: Key
  var venueName: String
  var venue: VenueKey
  var description: String?
  var genres: Set<Key>
  /// Names of the artists to which the event's page links.
  var related: Set<Key>
  /// True if the event's page was read, so that a missing description, or related artist, is really absent.
  var pageWasRead: Bool
  /// True if every page that can name a genre was read, so that missing genres are really absent.
  var genresAreKnown: Bool
  /// True if the source lists the event as cancelled.
  var isCancelled: Bool
  /// The time at which the listing was read. It is not compared, because it differs in every run.
  var scrapeTime: Date?
}
