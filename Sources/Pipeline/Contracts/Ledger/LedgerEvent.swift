/// An event in a run's life cycle, reported by the state machine, or by EventBridge if it was stopped. Delivery is at-least-once and unordered; a later event
/// completes or confirms an earlier one.
public enum LedgerEvent: Equatable, Sendable {
  /// The run's items are known, and the run starts with them.
  case opened(RunOpening)
  /// An item has failed after all retries.
  case failed(ItemFailure)
  /// The run has ended.
  case closed(RunClosing)
  /// The run was stopped from outside, and could not close itself.
  case stopped(RunStop)
}
