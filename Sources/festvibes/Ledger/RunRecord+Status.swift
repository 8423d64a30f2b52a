import Advice
import Contracts
import Foundation

extension RunRecord {
  /// The reason why the run was given up; for a run that reached its end, what it did not do beside items and records.
  var failure: RunFailure? {
    if let error {
      return RunFailure(error: error, cause: cause)
    }
    return causes.failure.map(RunFailure.init(incomplete:))
  }

  /// The reasons why items are incomplete, as one line for a person; nil if there are none.
  var incompleteItems: String? {
    guard error == nil else { return nil }
    return causes.incomplete.map { "Incomplete: \(TextWidth.cleaned($0))" }
  }

  /// The parts of the cause of a run that reached its end: what it did not do, and on the last line the notices.
  private var causes: (failure: String?, incomplete: String?) {
    guard let cause, !cause.isEmpty else { return (nil, nil) }
    let parts = "\n\(cause)".split(
      separator: "\n\(RunNotice.prefixInLedger)", maxSplits: 1, omittingEmptySubsequences: false)
    let failure = parts[0].dropFirst()
    return (failure.isEmpty ? nil : String(failure), parts.count > 1 ? String(parts[1]) : nil)
  }

  func statusCell(at now: Date) -> TextTable.Cell {
    let outcome = outcome(at: now)
    let style: Style? =
      switch outcome {
      case .running: nil
      case .success: .green
      case .partial, .locked: .yellow
      case .failed, .stopped, .lost: .red
      }
    return .init(outcome.rawValue, style)
  }

  /// The duration; empty for a run that ended at an unknown time.
  func took(at now: Date) -> String {
    isStopped(at: now) || isLost ? "" : elapsed(max(0, (endedAt ?? now).timeIntervalSince(startedAt)))
  }
}
