import AWS
import ConcertsSink
import Foundation

extension ItemFailure {
  /// In the words of the command line.
  var words: RunFailure {
    stage == nil
      ? RunFailure(name: error, message: "its failure could not be recorded when it happened; Step Functions has it")
      : RunFailure(error: error, cause: cause)
  }

  var place: String { stage.map { "failed in \($0.rawValue)" } ?? "failed" }
}

extension RunRecord {
  /// `TimeoutSeconds` of the state machine. A run that this, or a hand, has stopped does not come to close itself.
  private static let limit: TimeInterval = 21_600

  /// Why it was given up; of a run that came to its end, what it left undone beside its dates and records.
  var failure: RunFailure? {
    error.map { RunFailure(error: $0, cause: cause).counting(failed: datesFailed, of: dates.count) }
      ?? cause.map(RunFailure.init(undone:))
  }

  /// What is known of a run that has not closed itself, once Step Functions says that it was stopped or timed out.
  func ended(as execution: Execution) -> RunRecord {
    guard status == .running, execution.status.isFinal, execution.status != .succeeded else { return self }
    var run = self
    run.status = .failed
    run.endedAt = execution.stopDate
    run.error = execution.error ?? execution.status.rawValue
    run.cause = execution.cause ?? "Step Functions ended it before it could close itself"
    return run
  }

  func isStopped(at now: Date) -> Bool { status == .running && now.timeIntervalSince(startedAt) > Self.limit }

  func statusCell(at now: Date) -> TextTable.Cell {
    switch status {
    case .running: isStopped(at: now) ? .init("stopped", .red) : "running"
    case .success: .init("success", .green)
    case .partial: .init("partial", .yellow)
    case .failed: .init("failed", .red)
    }
  }

  /// Empty for one that was stopped, nobody knows when.
  func took(at now: Date) -> String {
    isStopped(at: now) ? "" : elapsed(max(0, (endedAt ?? now).timeIntervalSince(startedAt)))
  }
}
