import FoundationEssentials
import Time

public struct RunClosing: Equatable, Sendable {
  public enum Outcome: Equatable, Sendable {
    /// It came to its end, with these dates failed.
    /// - Parameter cause: what else was left undone, for people.
    case finished(failedDates: [CalendarDate], cause: String? = nil)
    /// It was given up.
    case failed(error: String, cause: String?)
  }

  /// What the opening told, or would have: a run is closed whether or not it was opened.
  public var opening: RunOpening
  public var endedAt: Date
  public var outcome: Outcome

  public init(opening: RunOpening, endedAt: Date, outcome: Outcome) {
    self.opening = opening
    self.endedAt = endedAt
    self.outcome = outcome
  }
}
