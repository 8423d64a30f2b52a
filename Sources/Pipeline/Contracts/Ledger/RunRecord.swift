import FoundationEssentials

/// A run as the ledger has it.
public struct RunRecord: Equatable, Sendable {
  /// - `success`: every item was loaded, no record was rejected, and no load has a notice. Detail pages that could not be
  ///   read do not count: the next run reads them again.
  /// - `partial`: an item failed, a record was rejected, a load has a notice, or the cache may be older than the database.
  /// - `failed`: the run was given up.
  public enum Status: String, CaseIterable, Sendable {
    case running, success, partial, failed
  }

  public var run: String
  public var trigger: RunOpening.Trigger
  public var status: Status
  public var startedAt: Date
  /// Nil while the run is open. A run that was stopped from outside is closed by its event, soon after.
  public var endedAt: Date?
  public var items: [WorkItem]
  public var itemsLoaded: Int
  public var itemsFailed: Int
  public var records: RecordCounts
  /// The error with which the run was given up.
  public var error: String?
  /// The error's cause; for a run that reached its end, what it did not do beside items and records, as `ERROR: CAUSE`,
  /// or the notice of its first load that has one.
  public var cause: String?
  /// The number of pages that its documents lack; nil if that is not known.
  public var pagesFailed: Int?
  /// The start of the last run of the dataset before this one that was a success; nil if there is none.
  public var lastSuccess: Date?
  /// The items that had begun when the run was stopped; nil if the run tried all, or if it is not known yet.
  public var itemsAborted: [String]?
  /// The items that never began; nil as `itemsAborted`.
  public var itemsNotTried: [String]?
  /// The counts beside those of the runs before it; nil if that was not asked for, or if there are too few of them.
  public var comparison: RunComparison?
  /// The way in which it was started. Of a run before schema version 16 it is not known, and says nothing.
  public var origin = RunOrigin()
  /// As `RunClosing.enrichment`.
  public var enrichment: String?
  /// Breaches of expectations that change no status, as `ITEM: BREACH`; the first ones.
  public var warnings: [String] = []

  /// Lines for a person about a run that has ended: its unusual counts, and the breaches that change no status.
  public var remarks: [String] {
    (comparison?.line.map { ["Unusual: \($0)"] } ?? []) + warnings.map { "Expectation: \($0)" }
  }

  public init(
    run: String, trigger: RunOpening.Trigger, status: Status, startedAt: Date, endedAt: Date? = nil, items: [WorkItem],
    itemsLoaded: Int, itemsFailed: Int, records: RecordCounts, error: String? = nil, cause: String? = nil
  ) {
    self.run = run
    self.trigger = trigger
    self.status = status
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.items = items
    self.itemsLoaded = itemsLoaded
    self.itemsFailed = itemsFailed
    self.records = records
    self.error = error
    self.cause = cause
  }
}
