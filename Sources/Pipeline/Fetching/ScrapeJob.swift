import Contracts
import FoundationEssentials

/// One scraper's part of a run.
public struct ScrapeJob: Sendable {
  /// The id of the work item. It also identifies the scraper as the holder of leases.
  public let item: String
  public let run: String
  /// The start of the run. A page validated since then is not requested again.
  public let started: Date
  /// True if the scrapers of the run use leases to request each page once. They must agree on the run's start for that.
  public let usesLeases: Bool
  /// The number of scrapers that send requests at the same time, this one included.
  public let workerCount: Int
  /// The index of the item in its run, from 0. Its remainder by the number of scrapers staggers those
  /// that start at the same time.
  public let workerIndex: Int
  /// The minimum interval between the starts of two of this scraper's requests.
  public let minimumInterval: Duration
  /// The position from which the source is read, which the archive keeps for a replay; nil for a dataset without
  /// `incremental`, and for its first run.
  public var checkpoint: Checkpoint?

  public init(
    item: String, run: String, started: Date, usesLeases: Bool, workerCount: Int, workerIndex: Int,
    minimumInterval: Duration
  ) {
    self.item = item
    self.run = run
    self.started = started
    self.usesLeases = usesLeases
    self.workerCount = workerCount
    self.workerIndex = workerIndex
    self.minimumInterval = minimumInterval
  }

  /// The number of seconds by which the clocks of the run's scrapers may differ.
  public static let clockTolerance = 300.0

  /// True if a page validated at that time counts as current in this run. The page store keeps times to the millisecond.
  /// Without the upper limit a time in the future, set by a wrong clock, would keep the page from ever being requested.
  func isFresh(_ validated: Date, now: Date) -> Bool {
    validated >= started - 0.001 && validated <= now + Self.clockTolerance
  }
}
