import AWS
import Foundation

/// A run, as `festvibes status` shows it.
struct RunSummary {
  struct Dates {
    var done: Int
    var failed: Int
    var total: Int
  }

  var name: String
  var status: ExecutionStatus
  var startedAt: Date
  var endedAt: Date?
  /// Nil when the run never came to its dates.
  var dates: Dates?
  /// Why the run as a whole failed, or what it left undone beside its dates and records.
  var failure: RunFailure?
  /// The dates that failed, the first few of them.
  var failures: [(date: String, failure: RunFailure)] = []
}
