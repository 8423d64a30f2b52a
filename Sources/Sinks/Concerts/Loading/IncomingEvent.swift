import FoundationEssentials

/// What a document tells of an event. The listing itself is always read; the pages behind it may not have been.
struct IncomingEvent {
  var time: Date?
  /// The act as the listing names it.
  var artistName: String
  /// The name under which the act is stored.
  var artist: Key
  var venueName: String
  var venue: VenueKey
  var description: String?
  var genres: Set<Key>
  /// Whether a description that is not there is known not to be.
  var pageWasRead: Bool
  /// Whether genres that are not there are known not to be.
  var genresAreKnown: Bool
  /// When the listing was read. No part of the content: it is another in every run.
  var scrapeTime: Date?
}
