import FoundationEssentials

/// A work item that failed in a run.
public struct ItemFailure: Equatable, Sendable {
  /// The error of a failure that only the end of the run reported, without its name and cause.
  public static let unrecorded = "Unrecorded"

  public var item: WorkItem
  /// The stage that failed; nil if only the end of the run reported the failure.
  public var stage: Stage?
  /// The error name, such as `SourceChanged`.
  public var error: String
  /// The cause as Step Functions has it: for a function's error, its JSON document.
  public var cause: String?
  public var failedAt: Date

  public init(item: WorkItem, stage: Stage?, error: String, cause: String?, failedAt: Date) {
    self.item = item
    self.stage = stage
    self.error = error
    self.cause = cause
    self.failedAt = failedAt
  }
}
