import AWS
import Foundation

/// Where a run stands, as far as is known.
struct RunProgress: Equatable {
  var name: String
  var status: ExecutionStatus
  var startedAt: Date
  var endedAt: Date?
  /// Why the run as a whole failed; of one that came to its end, what it left undone beside its dates and records.
  var failure: RunFailure?
  /// In order; empty until the dates are known.
  var dates: [DateProgress] = []

  var done: [(date: String, outcome: DateOutcome)] {
    dates.compactMap { if case .done(let outcome) = $0.state { ($0.date, outcome) } else { nil } }
  }
  var failed: [(date: String, failure: RunFailure, place: Place?)] {
    dates.compactMap { if case .failed(let failure, let place) = $0.state { ($0.date, failure, place) } else { nil } }
  }
  var running: [DateProgress] {
    dates.filter { if case .running = $0.state { true } else { false } }
  }
  var waiting: Int { dates.count { $0.state == .waiting } }

  /// Whether the run is over and every date's end is known; after a failed run some dates may never have begun.
  var isSettled: Bool { status.isFinal && running.isEmpty && (status != .succeeded || waiting == 0) }

  /// Whether everything that was asked for was done.
  var isSuccess: Bool { status == .succeeded && done.count == dates.count && failure == nil }

  var total: DateOutcome { done.reduce(DateOutcome()) { $0 + $1.outcome } }

  func duration(at now: Date) -> TimeInterval { max(0, (endedAt ?? now).timeIntervalSince(startedAt)) }
}
