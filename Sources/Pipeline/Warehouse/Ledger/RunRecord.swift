import FoundationEssentials
import Time

/// A run as the ledger has it.
public struct RunRecord: Equatable, Sendable {
  /// - `success`: every date was loaded, and no record rejected. Detail pages that could not be read do not count: the
  ///   next run reads them again.
  /// - `partial`: a date failed, a record was rejected, or the cache may be older than the database.
  /// - `failed`: the run was given up.
  public enum Status: String, CaseIterable, Sendable {
    case running, success, partial, failed
  }

  public var run: String
  public var trigger: RunOpening.Trigger
  public var status: Status
  public var startedAt: Date
  /// Nil while it runs, and for ever when it was stopped from outside.
  public var endedAt: Date?
  public var dates: [CalendarDate]
  public var datesLoaded: Int
  public var datesFailed: Int
  public var events: Tally
  public var cancelled: Int
  /// Why it was given up.
  public var error: String?
  /// The error's; of a run that came to its end, what it left undone beside dates and records, as `ERROR: CAUSE`.
  public var cause: String?
}
