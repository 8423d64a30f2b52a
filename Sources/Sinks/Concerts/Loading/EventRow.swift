import FoundationEssentials
import Time

/// The database columns of an event. The key is its URL path.
struct EventRow: Equatable {
  var date: CalendarDate
  var time: Date?
  /// The artist as the listing names it.
  var artistName: String?
  var artistID: Int?
  var venueName: String?
  var venueID: Int?
  var description: String?
  /// Ids of genres.
  var genres: Set<Int> = []
  /// Ids of the artists to which the event's own page links.
  var related: Set<Int> = []
  var isIndoors: Bool?
  var isStreaming: Bool?
  /// False if the source lists the event as cancelled, or no longer lists it.
  var isScheduled: Bool
}
