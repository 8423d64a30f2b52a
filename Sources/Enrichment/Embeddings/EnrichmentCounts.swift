/// The counts of an enrichment, as the summary of a run has them. Those of several calls are added up.
public struct EnrichmentCounts: Codable, Equatable, Sendable {
  /// Rows with new vectors.
  public struct Embedded: Codable, Equatable, Sendable {
    public var events = 0
    public var artists = 0
    public var venues = 0
    public var genres = 0

    public init() {}

    /// The sum.
    public var total: Int { events + artists + venues + genres }
  }

  /// Venues that were looked up at the geocoder.
  public struct Geocoded: Codable, Equatable, Sendable {
    public var lookedUp = 0
    public var found = 0
    /// The geocoder does not know the address.
    public var missed = 0
    /// There was no response about the address. The next run asks again.
    public var failed = 0

    public init() {}

    enum CodingKeys: String, CodingKey {
      case lookedUp = "looked_up"
      case found, missed, failed
    }
  }

  /// Artists and venues that were compared with those of other sources.
  public struct Links: Codable, Equatable, Sendable {
    public var compared = 0
    /// Pairs that were not known.
    public var new = 0
    /// Pairs that are none any more.
    public var removed = 0

    public init() {}
  }

  /// Sentences of one call, or of several, that are kept at most.
  static let maximumNotes = 20
  /// The length of a sentence, in bytes of UTF-8. A summary is a state, whose size is limited in bytes.
  static let longestNote = 500

  public var embedded = Embedded()
  public var geocoded = Geocoded()
  /// Nil in counts of a version that did not link.
  public var links: Links?
  /// True if there was more to do than time.
  public var more = false
  /// Sentences for the operator, each once.
  public var notes: [String] = []

  public init() {}
}

extension EnrichmentCounts {
  /// Adds what a call embedded.
  public mutating func add(_ report: EmbeddingReport) {
    embedded.events += report.rows["events"] ?? 0
    embedded.artists += report.rows["artists"] ?? 0
    embedded.venues += report.rows["venues"] ?? 0
    embedded.genres += report.rows["genres"] ?? 0
    more = more || report.more
    for text in report.notes { note(text) }
  }

  /// Adds the result of a call of the geocoder.
  public mutating func add(_ report: LocatingReport) {
    geocoded.lookedUp += report.counts.lookedUp
    geocoded.found += report.counts.found
    geocoded.missed += report.counts.missed
    geocoded.failed += report.counts.failed
    more = more || report.more
    for text in report.notes { note(text) }
  }

  /// Adds the result of a linking.
  public mutating func add(_ report: LinkingReport) {
    var sum = links ?? Links()
    sum.compared += report.counts.compared
    sum.new += report.counts.new
    sum.removed += report.counts.removed
    links = sum
    more = more || report.more
    for text in report.notes { note(text) }
  }

  /// Adds a sentence, unless it is there already.
  public mutating func note(_ text: String) {
    let text = text.cut(toBytes: Self.longestNote)
    guard notes.count < Self.maximumNotes, !notes.contains(text) else { return }
    notes.append(text)
  }
}

extension String {
  /// The text up to the last scalar that ends within so many bytes of UTF-8. A character may have any number of scalars.
  fileprivate func cut(toBytes count: Int) -> String {
    guard var end = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) else { return self }
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(unicodeScalars[..<end])
  }
}
