import FoundationEssentials

/// A pair of entities of two sources, as a person sees it.
public struct EntityLink: Equatable, Sendable {
  /// The present knowledge of a pair.
  public enum State: String, CaseIterable, Sendable {
    /// A person's verdict.
    case same, different
    /// The score says that they are one.
    case linked
    /// The score leaves it to a person.
    case doubtful
  }

  /// One of the two.
  public struct Side: Equatable, Sendable {
    public let source: String
    public let id: String
    /// Nil if the source's row is gone.
    public let name: String?
    /// Address and city of a venue.
    public let place: String?
  }

  public let entity: LinkedEntity
  public let left: Side
  public let right: Side
  public let score: Double
  /// `equal`, `fuzzy`, `place` or `manual`.
  public let method: String
  public let state: State
  public let decidedBy: String?
  public let decidedAt: Date?
  public let firstSeen: Date
  public let lastSeen: Date
}

/// A person's verdict on a pair, which no score replaces.
public enum LinkVerdict: String, Sendable {
  case same, different
}
