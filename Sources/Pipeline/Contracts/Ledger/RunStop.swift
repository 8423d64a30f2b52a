import FoundationEssentials

/// The end of a run that was stopped from outside, so that it could not close itself. What is known of it comes from
/// Step Functions, which does not know the run's items.
public struct RunStop: Equatable, Sendable {
  /// The way in which a run was stopped.
  public enum Reason: String, CaseIterable, Codable, Sendable {
    /// It took longer than the state machine's time-out.
    case timedOut = "timed_out"
    /// A person or a program stopped it.
    case aborted

    /// The error that the ledger has of such a run.
    public var error: String {
      switch self {
      case .timedOut: "TimedOut"
      case .aborted: "Aborted"
      }
    }
  }

  public var trigger: RunOpening.Trigger
  public var startedAt: Date
  public var endedAt: Date
  public var reason: Reason
  /// The error and the cause that whoever stopped it gave.
  public var note: String?
  /// As `RunClosing.enrichment`: what was enriched before, if whoever tells of the stop knows it.
  public var enrichment: String?

  public init(
    trigger: RunOpening.Trigger, startedAt: Date, endedAt: Date, reason: Reason, note: String? = nil,
    enrichment: String? = nil
  ) {
    self.trigger = trigger
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.reason = reason
    self.note = note
    self.enrichment = enrichment
  }

  /// The cause for a person, with what to do next.
  public var cause: String {
    let event =
      switch reason {
      case .timedOut: "the run took longer than the state machine allows, and was stopped"
      case .aborted: "the run was stopped by a person or a program"
      }
    return (note.map { "\($0): " } ?? "") + event
      + ". What was loaded before is stored. Run the dates that are missing again, or redrive the execution within 14 days"
  }
}
