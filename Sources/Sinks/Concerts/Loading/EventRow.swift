import FoundationEssentials
import Time

/// An event as it is stored, or is to be. Its key is its address.
struct EventRow: Equatable {
  var date: CalendarDate
  var time: Date?
  /// The act as the listing names it.
  var artistName: String?
  var artistID: Int?
  var venueName: String?
  var venueID: Int?
  var description: String?
  /// Numbers of genres.
  var genres: Set<Int> = []
  var isIndoors: Bool?
  var isStreaming: Bool?
  /// False when it was cancelled.
  var isScheduled: Bool
}
