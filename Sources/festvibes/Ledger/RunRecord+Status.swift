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

  /// True if the run is open for longer than Step Functions lets it run: it was stopped, and could not close itself.
  func isStopped(at now: Date) -> Bool {
    status == .running && now.timeIntervalSince(startedAt) > Double(Limits.runTimeout.components.seconds)
  }

  /// True if the run was closed because Step Functions no longer had it.
  var isLost: Bool { error == RunSettlement.lost }

  /// True if another run held the dataset's lock, so that this one did nothing. The ledger has no row of it.
  var isLocked: Bool { error == PipelineError.Name.runLocked.rawValue }

  func statusCell(at now: Date) -> TextTable.Cell {
    switch status {
    case .running: isStopped(at: now) ? .init("stopped", .red) : "running"
    case .success: .init("success", .green)
    case .partial: .init("partial", .yellow)
    case .failed where isLost: .init("lost", .red)
    case .failed where isLocked: .init("locked", .yellow)
    case .failed: .init(error == RunStop.Reason.aborted.error ? "stopped" : "failed", .red)
    }
  }

  /// The duration; empty for a run that ended at an unknown time.
  func took(at now: Date) -> String {
    isStopped(at: now) || isLost ? "" : elapsed(max(0, (endedAt ?? now).timeIntervalSince(startedAt)))
  }
}
