import Contracts
import FoundationEssentials

extension RunRecord {
  /// The end of a run in one word: the status that the ledger has, with a word of its own for some of those that were
  /// given up.
  public enum Outcome: String, CaseIterable, Sendable {
    case running, success, partial, failed
    /// Stopped by a person, by a time-out, or without a word.
    case stopped
    /// Step Functions no longer had it.
    case lost
    /// Another run held the dataset's lock, so that this one did nothing.
    case locked
  }

  /// The error of a run that the ledger had as open when Step Functions no longer had it.
  public static let lostError = "Lost"

  /// True if the run is open for longer than a run may take: it was stopped, and could not close itself.
  public func isStopped(at now: Date) -> Bool {
    status == .running && now.timeIntervalSince(startedAt) > Double(Limits.runTimeout.components.seconds)
  }

  /// True if the run was closed because Step Functions no longer had it.
  public var isLost: Bool { error == Self.lostError }

  /// True if another run held the dataset's lock. The ledger has no row of such a run.
  public var isLocked: Bool { error == PipelineError.Name.runLocked.rawValue }

  public func outcome(at now: Date) -> Outcome {
    switch status {
    case .running: isStopped(at: now) ? .stopped : .running
    case .success: .success
    case .partial: .partial
    case .failed where isLost: .lost
    case .failed where isLocked: .locked
    case .failed: RunStop.Reason.allCases.contains { $0.error == error } ? .stopped : .failed
    }
  }
}
