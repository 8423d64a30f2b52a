import Time

/// A question as it was understood.
public struct Question: Sendable, Equatable {
  /// As it was asked.
  public let text: String
  /// Nil if it names no day.
  public var days: Days?
  /// Nil if it names no time of day.
  public var hours: Hours?
  /// Nil if it names no place.
  public var place: Place?
  /// Genres of the database that it names: events of these are preferred.
  public var genres: [String] = []
  /// Artists of the database that it names.
  public var artists: [KnownNames.Artist] = []
  /// The text that is embedded; empty if nothing is left of it.
  public var meaning = ""
  /// The words that are looked up in names and descriptions.
  public var words = ""

  public init(text: String) { self.text = text }

  /// True if it names nothing that is known: no day, hour, place, genre or artist.
  var isUnread: Bool { days == nil && hours == nil && place == nil && genres.isEmpty && artists.isEmpty }
}

/// Days in which an event may be.
public struct Days: Sendable, Equatable {
  /// The first day; nil for no bound.
  public var from: CalendarDate?
  /// The last day; nil for no bound.
  public var to: CalendarDate?
  /// The days of the week, 0 for Sunday; nil for every one.
  public var weekdays: Set<Int>?

  public init(from: CalendarDate?, to: CalendarDate?, weekdays: Set<Int>? = nil) {
    (self.from, self.to, self.weekdays) = (from, to, weekdays)
  }

  init(_ day: CalendarDate) { self.init(from: day, to: day) }

  private static let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  /// `Saturday, 2026-05-30`, `2026-05-29 to 2026-05-31`, `from 2026-06-01 on, Sundays`.
  public var description: String {
    let range =
      switch (from, to) {
      case (let from?, let to?):
        from == to ? "\(Self.names[from.weekday]), \(from)" : "\(from) to \(to)"
      case (let from?, nil): "from \(from) on"
      case (nil, let to?): "until \(to)"
      case (nil, nil): ""
      }
    guard let weekdays else { return range }
    let listed = weekdays.sorted().map { "\(Self.names[$0])s" }.joined(separator: " and ")
    return range.isEmpty ? listed : "\(range), \(listed)"
  }
}

/// A part of the day, in minutes after midnight. 1440 and more is in the next day: a night ends there.
public struct Hours: Sendable, Equatable {
  public var from: Int
  /// The first minute after it.
  public var to: Int
  /// True if events at other times are not wanted; false if they are only less so.
  public var isRequired: Bool

  public init(from: Int, to: Int, isRequired: Bool = false) {
    (self.from, self.to, self.isRequired) = (from, to, isRequired)
  }

  /// `19:00 to 04:00`.
  public var description: String { "\(Self.clock(from)) to \(Self.clock(to))" }

  private static func clock(_ minute: Int) -> String {
    [minute / 60 % 24, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}

/// A place in which, or near which, an event may be.
public struct Place: Sendable, Equatable {
  /// A point, WGS 84.
  public struct Point: Sendable, Equatable {
    public let latitude: Double
    public let longitude: Double

    public init(latitude: Double, longitude: Double) { (self.latitude, self.longitude) = (latitude, longitude) }
  }

  /// As it is shown: `near Frenchmen Street`.
  public var description: String
  /// The venues that are the place itself.
  public var venues: [Int] = []
  /// A point that is the place; nil for that of its venues.
  public var point: Point?
  /// The distance in metres up to which an event is near; nil for the venues themselves.
  public var within: Double?
  /// True if the venues have no coordinates, so that nothing is known to be near them.
  public var lacksCoordinates = false
  /// True for one venue that the question asks about.
  public var isVenue = false

  public init(_ description: String, venues: [Int] = [], point: Point? = nil, within: Double? = nil) {
    (self.description, self.venues, self.point, self.within) = (description, venues, point, within)
  }
}
