import FoundationEssentials
import Time

/// A date that failed in a run.
public struct DateFailure: Equatable, Sendable {
  /// What was being done with the date.
  public enum Stage: String, CaseIterable, Sendable {
    case scrape, load, cache
  }

  public var date: CalendarDate
  /// Nil when only the run's end told of the failure.
  public var stage: Stage?
  /// The name that the state machine knows, such as `SourceChanged`.
  public var error: String
  /// As Step Functions has it: for a function's error its JSON document.
  public var cause: String?
  public var failedAt: Date

  public init(date: CalendarDate, stage: Stage?, error: String, cause: String?, failedAt: Date) {
    self.date = date
    self.stage = stage
    self.error = error
    self.cause = cause
    self.failedAt = failedAt
  }
}
