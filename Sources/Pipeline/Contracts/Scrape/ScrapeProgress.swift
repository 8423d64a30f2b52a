/// The progress of a scrape that a person watches: `{"known": 118, "done": 42, "failed": 1, "rate": 9.8, "at": "…"}`, at
/// `pages/progress/RUN/ITEM.json` in S3.
public struct ScrapeProgress: Codable, Equatable, Sendable {
  /// The pages found so far. Their number grows while pages link to others.
  public var known: Int
  /// The pages that were read, or could not be.
  public var done: Int
  /// Those among `done` that could not be read.
  public var failed: Int
  /// Pages done per second, since the first.
  public var rate: Double
  /// The time of the report, RFC 3339.
  public var at: String

  public init(known: Int, done: Int, failed: Int, rate: Double, at: String) {
    self.known = known
    self.done = done
    self.failed = failed
    self.rate = rate
    self.at = at
  }

  /// The seconds that the known pages take; nil if that cannot be said yet.
  public var secondsLeft: Double? { rate > 0 && known > done ? Double(known - done) / rate : nil }
}
