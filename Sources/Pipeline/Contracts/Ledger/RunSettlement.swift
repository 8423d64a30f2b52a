import FoundationEssentials

/// The end of a run and of each of its items as Step Functions has them, for a ledger that could not be written when it
/// happened.
public struct RunSettlement: Equatable, Sendable {
  /// The end of the execution.
  public enum End: Equatable, Sendable {
    /// The run reached its end.
    /// - Parameter cause: what it did not do beside items and records.
    case finished(cause: String?)
    /// The run was given up.
    case failed(error: String, cause: String?)
    /// The run was stopped from outside.
    case stopped(RunStop.Reason, note: String?)
  }

  public var opening: RunOpening
  public var endedAt: Date
  public var end: End
  public var failures: [ItemFailure]
  /// The ids of the items that had begun when the run was stopped.
  public var aborted: [String]
  /// The ids of the items that never began.
  public var notTried: [String]
  /// As `RunClosing.enrichment`.
  public var enrichment: String?

  public init(
    opening: RunOpening, endedAt: Date, end: End, failures: [ItemFailure] = [], aborted: [String] = [],
    notTried: [String] = []
  ) {
    self.opening = opening
    self.endedAt = endedAt
    self.end = end
    self.failures = failures
    self.aborted = aborted
    self.notTried = notTried
  }

  /// The event that the run, or EventBridge, would have sent to the ledger.
  public var event: LedgerEvent {
    switch end {
    case .finished(let cause):
      let failed = failures.map(\.item.id)
      return .closed(
        RunClosing(
          opening: opening, endedAt: endedAt, outcome: .finished(failedItems: failed, cause: cause),
          enrichment: enrichment))
    case .failed(let error, let cause):
      return .closed(
        RunClosing(
          opening: opening, endedAt: endedAt, outcome: .failed(error: error, cause: cause), enrichment: enrichment))
    case .stopped(let reason, let note):
      return .stopped(
        RunStop(
          trigger: opening.trigger, startedAt: opening.startedAt, endedAt: endedAt, reason: reason, note: note,
          enrichment: enrichment))
    }
  }
}
