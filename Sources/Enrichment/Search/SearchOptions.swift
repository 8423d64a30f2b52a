import Time

/// The conditions that a caller fixes beside a question. Each takes the place of what the question says, and is never
/// relaxed.
public struct SearchOptions: Sendable {
  /// The distance in metres up to which something is near, unless a caller gives another one: what people walk.
  public static let near = 1000.0

  /// Nil for those of the question.
  public var days: Days?
  /// Nil for that of the question.
  public var place: Place?
  /// The name of a place; see `place`.
  public var placeName: String?
  /// The distance in metres up to which an event is near; without a place here it is for that of the question.
  public var within: Double?
  /// Names of genres, of which an event has to have one.
  public var genres: [String]
  /// The number of events.
  public var limit: Int

  public init(
    days: Days? = nil, place: Place? = nil, placeName: String? = nil, within: Double? = nil, genres: [String] = [],
    limit: Int = 10
  ) {
    (self.days, self.place, self.placeName, self.within) = (days, place, placeName, within)
    (self.genres, self.limit) = (genres, limit)
  }
}
