import FoundationEssentials

/// The state of all datasets at one moment: what the operators' page shows.
public struct OperationsReport: Equatable, Sendable {
  /// A thing that a person has to see to, with the command that goes on.
  public struct Problem: Equatable, Sendable {
    /// The dataset's id; nil for a problem of the whole.
    public var dataset: String?
    /// The event in a few words: `the last run failed`.
    public var title: String
    /// The error's name and text, or why it matters.
    public var cause: String
    /// The time since when it is known; nil if that is not.
    public var since: Date?
    /// A whole command of the shell; nil if there is nothing to type.
    public var next: String?

    public init(dataset: String? = nil, title: String, cause: String, since: Date? = nil, next: String?) {
      (self.dataset, self.title, self.cause, self.since, self.next) = (dataset, title, cause, since, next)
    }
  }

  /// A time at which a schedule starts a run.
  public struct Start: Equatable, Sendable {
    public var dataset: String
    /// The job; nil for the dataset's own schedule.
    public var job: String?
    public var time: Date
    /// The expression of the schedule, with its zone.
    public var schedule: String

    public init(dataset: String, job: String? = nil, time: Date, schedule: String) {
      (self.dataset, self.job, self.time, self.schedule) = (dataset, job, time, schedule)
    }
  }

  /// The program that starts the runs of the schedules, as far as it is known.
  public enum Starter: Sendable {
    /// The runs that are shown will be started.
    case known
    /// It is not known here which of the definitions' schedules are started.
    case unknown
    /// Nothing starts any: the scheduler of the local stack is off.
    case off
  }

  /// The moment.
  public var time: Date
  /// The worst and the newest first.
  public var problems: [Problem]
  /// Remarks for which nobody has to get up.
  public var remarks: [Problem]
  public var datasets: [DatasetReport]
  /// The soonest first.
  public var upcoming: [Start]
  public var starter: Starter
  /// The command line's program as the reader's shell finds it.
  public var program: String

  public init(
    time: Date, problems: [Problem] = [], remarks: [Problem] = [], datasets: [DatasetReport] = [],
    upcoming: [Start] = [], starter: Starter = .known, program: String = "festvibes"
  ) {
    self.time = time
    self.problems = problems
    self.remarks = remarks
    self.datasets = datasets
    self.upcoming = upcoming
    self.starter = starter
    self.program = program
  }

  /// True if no dataset was ever run.
  var isFirstDay: Bool { datasets.allSatisfy(\.runs.isEmpty) }

  /// True if a run goes on.
  var isRunning: Bool { datasets.contains { $0.runs.contains { $0.outcome == .running } } }
}
