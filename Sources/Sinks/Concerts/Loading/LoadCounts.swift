import Contracts

/// What a load did.
public struct LoadReport: Equatable, Sendable {
  public var counts: LoadCounts
  public var rejections: [Rejection]
  /// Whether a later listing of the date was loaded before, so that this one changed nothing.
  public var isSuperseded: Bool

  public init(counts: LoadCounts, rejections: [Rejection], isSuperseded: Bool = false) {
    self.counts = counts
    self.rejections = rejections
    self.isSuperseded = isSuperseded
  }
}

/// What became of each kind of thing that a document tells of. A venue, an act or a genre counts once however many
/// records name it; acts that are only related to others count too.
public struct LoadCounts: Codable, Equatable, Sendable {
  public var events = RecordCounts()
  public var venues = RecordCounts()
  public var artists = RecordCounts()
  public var genres = RecordCounts()
  /// Events of the date that were stored as scheduled and are not in the listing any more. They were not found, and so
  /// are in none of the events' other counts.
  public var cancelled = 0

  public init(
    events: RecordCounts = RecordCounts(), venues: RecordCounts = RecordCounts(), artists: RecordCounts = RecordCounts(), genres: RecordCounts = RecordCounts(),
    cancelled: Int = 0
  ) {
    self.events = events
    self.venues = venues
    self.artists = artists
    self.genres = genres
    self.cancelled = cancelled
  }

  private enum CodingKeys: CodingKey { case events, venues, artists, genres, cancelled }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let ofEvents = try container.nestedContainer(keyedBy: CodingKeys.self, forKey: .events)
    self.init(
      events: try container.decode(RecordCounts.self, forKey: .events),
      venues: try container.decode(RecordCounts.self, forKey: .venues),
      artists: try container.decode(RecordCounts.self, forKey: .artists),
      genres: try container.decode(RecordCounts.self, forKey: .genres),
      // Early loads did not count what they cancelled.
      cancelled: try ofEvents.decodeIfPresent(Int.self, forKey: .cancelled) ?? 0)
  }

  /// With `cancelled` beside the counts of `events`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(events, forKey: .events)
    var ofEvents = container.nestedContainer(keyedBy: CodingKeys.self, forKey: .events)
    try ofEvents.encode(cancelled, forKey: .cancelled)
    try container.encode(venues, forKey: .venues)
    try container.encode(artists, forKey: .artists)
    try container.encode(genres, forKey: .genres)
  }
}

public struct RecordCounts: Codable, Equatable, Sendable {
  public var found: Int
  public var new: Int
  public var changed: Int
  public var unchanged: Int
  public var rejected: Int

  public init(found: Int = 0, new: Int = 0, changed: Int = 0, unchanged: Int = 0, rejected: Int = 0) {
    self.found = found
    self.new = new
    self.changed = changed
    self.unchanged = unchanged
    self.rejected = rejected
  }

  /// - Throws: `StorageCorrupt` when something that was found is not accounted for.
  func check(_ kind: String) throws(PipelineError) {
    guard found == new + changed + unchanged + rejected else {
      throw PipelineError(
        .storageCorrupt,
        "\(found) \(kind) were found, but \(new) new, \(changed) changed, \(unchanged) unchanged, \(rejected) rejected")
    }
  }
}
