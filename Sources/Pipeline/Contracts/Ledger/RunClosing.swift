import FoundationEssentials

/// The end of a run.
public struct RunClosing: Equatable, Sendable {
  public enum Outcome: Equatable, Sendable {
    /// The run reached its end.
    /// - Parameters:
    ///   - failedItems: the ids of the items that failed.
    ///   - cause: what else was not done, for a person.
    case finished(failedItems: [String], cause: String? = nil)
    /// The run was given up.
    case failed(error: String, cause: String?)
  }

  /// The facts of the opening, repeated: a run is closed even if its opening was lost.
  public var opening: RunOpening
  public var endedAt: Date
  public var outcome: Outcome
  /// The enrichment of the run, a JSON object with the summary's `enrichment` and `enrichment_error`; nil if there was none.
  public var enrichment: String?

  public init(opening: RunOpening, endedAt: Date, outcome: Outcome, enrichment: String? = nil) {
    self.opening = opening
    self.endedAt = endedAt
    self.outcome = outcome
    self.enrichment = enrichment
  }
}
