import AWS
import Foundation

/// The known progress of a run.
struct RunProgress: Equatable {
  var name: String
  var status: ExecutionStatus
  var startedAt: Date
  var endedAt: Date?
  /// The reason why the whole run failed; for a run that reached its end, what it did not do beside items and records.
  var failure: RunFailure?
  /// Sorted by id; empty until the items are known.
  var items: [ItemProgress] = []

  var done: [(item: String, outcome: ItemOutcome)] {
    items.compactMap { if case .done(let outcome) = $0.state { ($0.item, outcome) } else { nil } }
  }
  var failed: [(item: String, failure: RunFailure, location: FailureLocation?)] {
    items.compactMap {
      if case .failed(let failure, let location) = $0.state { ($0.item, failure, location) } else { nil }
    }
  }
  var running: [ItemProgress] {
    items.filter { if case .running = $0.state { true } else { false } }
  }
  var waiting: Int { items.count { $0.state == .waiting } }

  /// True if the run has ended and every item's end is known. After a failed run some items may never have started.
  var isSettled: Bool { status.isFinal && running.isEmpty && (status != .succeeded || waiting == 0) }

  /// True if everything that was asked for was done.
  var isSuccess: Bool { status == .succeeded && done.count == items.count && failure == nil }

  /// The items that were done and are incomplete as a whole.
  var incomplete: [(item: String, notice: String)] {
    done.compactMap { item, outcome in outcome.notice.map { (item, $0) } }
  }

  var total: ItemOutcome { done.reduce(ItemOutcome()) { $0 + $1.outcome } }

  func duration(at now: Date) -> TimeInterval { max(0, (endedAt ?? now).timeIntervalSince(startedAt)) }
}
