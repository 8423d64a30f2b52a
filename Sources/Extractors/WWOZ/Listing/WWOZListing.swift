import Contracts
import Time

/// The shows that the Livewire calendar lists for one day.
public struct WWOZListing: Equatable, Sendable {
  public struct Show: Equatable, Hashable, Sendable {
    public var venue: String
    /// Root-relative, `/organizations/…`; empty if the listing does not link to a page of the venue.
    public var venuePath: String
    /// The artist as listed, without a mark that the show is cancelled. Several artists may stand in one text.
    public var artist: String
    /// Root-relative, `/events/…`.
    public var path: String
    /// Nil if the listing gives no time, or an ambiguous one.
    public var time: ClockTime?
    /// True if the listing says so.
    public var isCancelled = false
  }

  public let date: CalendarDate
  /// In the order of the page: by venue, then by time. A show that is listed twice with the same facts is here once.
  public internal(set) var shows: [Show] = []
  /// Rows that are not shows of the day. The key is the event's root-relative address.
  public internal(set) var rejected: [RejectedRow] = []
  /// Problems of rows whose shows are kept.
  public internal(set) var warnings: [RowProblem] = []
}
