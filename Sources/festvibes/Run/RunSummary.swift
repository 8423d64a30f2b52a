import AWS
import Datasets
import Foundation

/// A run as reported by Step Functions.
struct RunSummary {
  struct Items {
    var done: Int
    var failed: Int
    var total: Int
  }

  var name: String
  /// The id of its dataset; nil if it is not known, or the standard one.
  var dataset: String?
  var status: ExecutionStatus
  var startedAt: Date
  var endedAt: Date?
  /// Nil if the run failed before its items were known.
  var items: Items?
  /// The reason why the whole run failed, or what it did not do beside items and records.
  var failure: RunFailure?
  /// The reasons why items are incomplete.
  var notices: [RunNotice] = []
  /// The first few failed items.
  var failures: [(item: String, failure: RunFailure)] = []

  /// True if the run's own summary says that it is partial, as for rejected records, which are in no item's status.
  var isPartial = false

  /// True if another run held the dataset's lock, so that this one did nothing.
  var isLocked = false

  /// As `Dataset.option`, for the commands in hints.
  var option: String {
    dataset.map { $0 == Datasets.standardID ? "" : " --dataset \(NextStep.quoted($0))" } ?? ""
  }

  /// True if the run, which is over, did not do all that it was asked for.
  var isFailure: Bool { status != .succeeded || (items?.failed ?? 0) > 0 }
}
