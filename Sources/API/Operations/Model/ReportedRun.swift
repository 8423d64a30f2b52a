import Advice
import Contracts
import FoundationEssentials

/// A run as the page shows it.
public struct ReportedRun: Equatable, Sendable {
  /// The same words as those of `festvibes status`.
  public typealias Outcome = RunRecord.Outcome

  /// Items that failed for one reason.
  public struct Failure: Equatable, Sendable {
    public var items: [String]
    /// The stage; nil if only the end of the run reported the failure.
    public var stage: String?
    public var error: String
    public var message: String

    public init(items: [String], stage: String? = nil, error: String, message: String) {
      (self.items, self.stage, self.error, self.message) = (items, stage, error, message)
    }
  }

  public var name: String
  /// The reason for which it was started, with its job: `schedule, job hourly`.
  public var trigger: String
  public var outcome: Outcome
  public var startedAt: Date
  /// Nil while it runs, and if it is not known.
  public var endedAt: Date?
  public var items: Int
  public var itemsDone: Int
  public var itemsFailed: Int
  /// The items that were stopped or never begun.
  public var itemsUndone: Int
  public var records: RecordCounts
  /// The pages that were asked for; nil if that is not known.
  public var requests: Int?
  public var requestsFailed: Int?
  /// The reason why it was given up, or what it did not do; empty if there is none.
  public var cause: String
  public var failures: [Failure]
  /// The runs that have done since what this one left, as a sentence; empty if none has.
  public var repair: String
  /// The command that goes on; nil if nothing is left to do.
  public var next: String?

  public init(
    name: String, trigger: String = "schedule", outcome: Outcome, startedAt: Date, endedAt: Date? = nil,
    items: Int = 1, itemsDone: Int = 0, itemsFailed: Int = 0, itemsUndone: Int = 0, records: RecordCounts,
    requests: Int? = nil, requestsFailed: Int? = nil, cause: String = "", failures: [Failure] = [],
    repair: String = "", next: String? = nil
  ) {
    self.name = name
    self.trigger = trigger
    self.outcome = outcome
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.items = items
    self.itemsDone = itemsDone
    self.itemsFailed = itemsFailed
    self.itemsUndone = itemsUndone
    self.records = records
    self.requests = requests
    self.requestsFailed = requestsFailed
    self.cause = cause
    self.failures = failures
    self.repair = repair
    self.next = next
  }

  /// The seconds that it took; nil while it runs, and if they are not known.
  var seconds: Double? { endedAt.map { max(0, $0.timeIntervalSince(startedAt)) } }
}
