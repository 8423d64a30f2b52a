import FoundationEssentials

/// The start of a run.
public struct RunOpening: Equatable, Sendable {
  /// The reason for a run.
  public enum Trigger: String, CaseIterable, Codable, Sendable {
    case schedule, manual, replay
    /// An event of EventBridge, or a message of a queue.
    case event
  }

  public var trigger: Trigger
  public var startedAt: Date
  /// Sorted, without duplicates.
  public var items: [WorkItem]
  public var origin: RunOrigin

  public init(trigger: Trigger, startedAt: Date, items: [WorkItem], origin: RunOrigin = RunOrigin()) {
    self.trigger = trigger
    self.startedAt = startedAt
    self.items = items
    self.origin = origin
  }
}
