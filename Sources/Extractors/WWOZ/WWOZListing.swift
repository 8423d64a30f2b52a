import Time

/// What the Livewire calendar lists for one day.
public struct WWOZListing: Equatable, Sendable {
  /// A show.
  public struct Show: Equatable, Sendable {
    public var venue: String
    /// Root-relative, `/organizations/…`; empty when the listing links to no page of the venue.
    public var venuePath: String
    /// As listed: one act, or several in one text.
    public var act: String
    /// Root-relative, `/events/…`.
    public var path: String
    /// Nil when the listing gives none, or none that is clear.
    public var time: ClockTime?
  }

  /// Something wrong with one row.
  public struct Problem: Equatable, Sendable, Encodable, CustomStringConvertible {
    /// For a person.
    public var reason: String
    /// The row's link as it stands on the page; empty when there is none.
    public var href: String
    /// The address of the row's event, root-relative; nil when its link leads to none.
    var eventPath: String?
    /// What the row says, if it was rejected.
    var text = ""

    enum CodingKeys: CodingKey { case reason, href }

    public var description: String { href.isEmpty ? reason : "\(href): \(reason)" }
  }

  public let date: CalendarDate
  /// In the order of the page: by venue, then by time.
  public internal(set) var shows: [Show] = []
  /// Rows that cannot be taken for a show.
  public internal(set) var rejected: [Problem] = []
  /// What is wrong with rows whose show is kept all the same.
  public internal(set) var remarks: [Problem] = []
}
