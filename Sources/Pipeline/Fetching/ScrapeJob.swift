import FoundationEssentials
import Time

/// What a scraper is to read, and as a part of which run.
struct ScrapeJob {
  let date: CalendarDate
  let run: String
  /// When the run began: a page that was validated since then is not asked for again.
  let started: Date
  /// Whether it settles with the run's other scrapers who asks for a page. For that they must agree on when it began.
  let usesLeases: Bool
  /// How many scrapers of the run ask the site at the same time, this one among them.
  let sharing: Int
  /// The place of its date among the run's, from 0: its remainder tells those apart that ask at the same time.
  let slot: Int
  /// From one of this scraper's requests to the next.
  let spacing: Duration

  /// By how many seconds the clocks of those who share pages may differ.
  static let clockTolerance = 300.0

  /// Whether a page that was validated then is what the run wants. The store keeps times to the millisecond. What was
  /// validated in the future would be fresh for ever, so that nobody would ask the source any more.
  func isFresh(_ validated: Date, now: Date) -> Bool {
    validated >= started - 0.001 && validated <= now + Self.clockTolerance
  }
}
