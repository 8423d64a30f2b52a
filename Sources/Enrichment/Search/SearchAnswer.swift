import Time

/// The answer to a question.
public struct SearchAnswer: Sendable {
  public let question: Question
  /// The days, the hours and the place of the events below, in words: `Saturday, 2026-05-30, 19:00 to 04:00, near
  /// Frenchmen Street`.
  public let readAs: String
  /// Sentences about what no event has, and what is shown in its place.
  public let notes: [String]
  /// True if a filter of the question had to be left out.
  public let isRelaxed: Bool
  /// The best first.
  public let events: [FoundEvent]
}

/// An event with its score.
public struct FoundEvent: Sendable, Equatable {
  /// The parts of a score, each from 0 to 1; nil for a part that the question does not ask for, or that is unknown.
  public struct Parts: Sendable, Equatable {
    /// The blend of the five similarities after it, which are cosines.
    public var meaning: Double?
    public var text: Double?
    public var description: Double?
    public var artist: Double?
    public var venue: Double?
    public var genre: Double?
    public var words: Double?
    public var genres: Double?
    public var names: Double?
    public var time: Double?
    public var date: Double?
    public var place: Double?
  }

  /// `events.id`.
  public let id: Int
  /// The local day.
  public let date: CalendarDate
  /// The local time, `21:00`; nil if the source gives none.
  public let time: String?
  public let artist: String
  public let venue: String
  /// Nil if unknown.
  public let address: String?
  /// Those of the event and of its artist.
  public let genres: [String]
  /// The event's page at its source; nil if it has none.
  public let href: String?
  /// Metres from the place of the question; nil if either's coordinates are unknown.
  public let distance: Double?
  public let score: Double
  public let parts: Parts
  /// The word stems of the question that the event has.
  public let matchedWords: [String]
}

/// An artist like another one.
public struct SimilarArtist: Sendable, Equatable {
  /// `artists.id`.
  public let id: Int
  public let name: String
  public let score: Double
  /// The cosine of the embeddings; nil if either artist has none.
  public let similarity: Double?
  /// The share of common genres in all of both.
  public let genreMatch: Double
  public let sharedGenres: [String]
  /// True if the source links the two.
  public let isRelated: Bool
  /// The next scheduled event; nil for none.
  public let next: CalendarDate?
}
