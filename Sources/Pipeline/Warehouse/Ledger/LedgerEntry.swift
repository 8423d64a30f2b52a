/// What the state machine has to tell of a run. Each may come twice, late, or never: what is told later completes or
/// confirms what is there.
public enum LedgerEntry: Equatable, Sendable {
  /// The run's dates are known, and it begins with them.
  case opened(RunOpening)
  /// A date has failed for good.
  case failed(DateFailure)
  /// The run is over.
  case closed(RunClosing)
}
