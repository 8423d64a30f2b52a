import FoundationEssentials
import Time
import Warehouse

/// The body of the answer to an entry of the ledger: where the run stands after it, and what its loads add up to so far.
public struct LedgerBody: Encodable {
  struct Run: Encodable {
    /// `running`, `success`, `partial` or `failed`.
    let status: String
    let dates: Int
    let datesLoaded: Int
    let datesFailed: Int
    let found: Int
    let new: Int
    let changed: Int
    let unchanged: Int
    let rejected: Int
    let cancelled: Int

    enum CodingKeys: String, CodingKey {
      case status, dates, found, new, changed, unchanged, rejected, cancelled
      case datesLoaded = "dates_loaded"
      case datesFailed = "dates_failed"
    }
  }

  let status = "success"
  let run: String
  /// Nil for a failed date of a run that was not opened.
  let ledger: Run?

  enum CodingKeys: CodingKey { case status, run, ledger }

  init(run: String, record: RunRecord?) {
    self.run = run
    ledger = record.map {
      Run(
        status: $0.status.rawValue, dates: $0.dates.count, datesLoaded: $0.datesLoaded, datesFailed: $0.datesFailed,
        found: $0.events.found, new: $0.events.new, changed: $0.events.changed, unchanged: $0.events.unchanged,
        rejected: $0.events.rejected, cancelled: $0.cancelled)
    }
  }
}
