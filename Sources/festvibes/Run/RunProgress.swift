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
  /// The status in the run's own summary; nil for a run that has none.
  var summaryStatus: String?
  /// Lines about a run that has ended: its unusual counts, and breaches of expectations that change no status.
  var remarks: [String] = []
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
  /// The ids of the items that had begun when the run ended, and were stopped with it.
  var aborted: [String] {
    items.compactMap { if case .aborted = $0.state { $0.item } else { nil } }
  }
  /// The ids of the items that a run which has ended did not begin.
  var notTried: [String] {
    status.isFinal ? items.compactMap { $0.state == .waiting ? $0.item : nil } : []
  }

  /// True if the run has ended and every item's end is known. After a failed run some items may never have started.
  var isSettled: Bool { status.isFinal && running.isEmpty && (status != .succeeded || waiting == 0 || isLocked) }

  /// True if another run held the dataset's lock, so that this one did nothing.
  var isLocked: Bool { status == .succeeded && summaryStatus == RunOutcome.locked.rawValue }

  /// The run's outcome, by the rule of the run's summary and of the ledger.
  var outcome: RunOutcome {
    switch status {
    case .running, .pending, .pendingRedrive: .running
    case .failed, .timedOut: .failed
    case .aborted: .stopped
    case .succeeded where isLocked: .locked
    case .succeeded:
      done.count == items.count && failure == nil && incomplete.isEmpty && total.rejected == 0
        && summaryStatus != RunOutcome.partial.rawValue
        ? .success : .partial
    }
  }

  /// True if everything that was asked for was done, and no record is missing.
  var isSuccess: Bool { outcome == .success }

  /// The items that were done and are incomplete as a whole.
  var incomplete: [(item: String, notice: String)] {
    done.compactMap { item, outcome in outcome.notice.map { (item, $0) } }
  }

  var total: ItemOutcome { done.reduce(ItemOutcome()) { $0 + $1.outcome } }

  func duration(at now: Date) -> TimeInterval { max(0, (endedAt ?? now).timeIntervalSince(startedAt)) }
}
