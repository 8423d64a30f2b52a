import FoundationEssentials
import Time

public struct RunOpening: Equatable, Sendable {
  /// Who started a run.
  public enum Trigger: String, CaseIterable, Sendable {
    case schedule, manual, replay
  }

  public var trigger: Trigger
  public var startedAt: Date
  /// In order, none twice.
  public var dates: [CalendarDate]

  public init(trigger: Trigger, startedAt: Date, dates: [CalendarDate]) {
    self.trigger = trigger
    self.startedAt = startedAt
    self.dates = dates
  }
}
