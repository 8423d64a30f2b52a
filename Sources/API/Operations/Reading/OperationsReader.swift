import Advice
import Contracts
import Datasets
import FoundationEssentials
import Ledger
import Time

/// Reads the report from the ledger.
public struct OperationsReader: Sendable {
  /// The start times that the page shows.
  private static let shownStarts = 40

  private let datasets: [OperatedDataset]
  private let expected: ExpectedSchedules
  private let command: Command
  /// The schedules that the page shows.
  private let schedules: [DatasetSchedule]

  /// - Parameters:
  ///   - datasets: those that have definitions. The ledger may know more.
  ///   - expected: the schedules that something is meant to start.
  ///   - program: the command line's program as the shell of the page's reader finds it.
  public init(_ datasets: [OperatedDataset], expected: ExpectedSchedules, program: String = "festvibes") {
    self.expected = expected
    command = Command(program: program)
    self.datasets = datasets.map { operated in
      var operated = operated
      operated.schedules.removeAll { !expected.contains($0) }
      return operated
    }
    schedules = (expected == .off ? datasets : self.datasets).flatMap(\.schedules)
  }

  /// Reads all datasets.
  /// - Throws: `SchemaMismatch`, or an error of the database.
  public func report(_ database: Database, now: Date, deadline: Deadline) throws(PipelineError) -> OperationsReport {
    let numbers = LedgerNumbers(database: database, deadline: deadline)
    var all = datasets
    for (id, hasDates) in try numbers.datasets() where !all.contains(where: { $0.dataset.id == id }) {
      all.append(OperatedDataset(unknown: id, hasDates: hasDates))
    }
    let activity = try Ledger(database).activity(of: all.map(\.dataset.id), deadline: deadline)
    var report = empty(now)
    var problems: [[OperationsReport.Problem]] = []
    for operated in all {
      let reader = DatasetReader(
        operated: operated, database: database, command: command, now: now, deadline: deadline)
      let found = try reader.read(activity[operated.dataset.id])
      let judged = DatasetProblems(
        operated: operated, found: found, expectsNew: expected.starter == .known, command: command, now: now)
      report.datasets.append(found.report)
      problems.append(judged.problems)
      report.remarks += judged.remarks
    }
    // The newest trouble first: that is what somebody was woken for.
    report.problems = problems.filter { !$0.isEmpty }
      .sorted { ($0[0].since ?? .distantPast) > ($1[0].since ?? .distantPast) }.flatMap(\.self)
    // Those with runs first, in the order of their definitions.
    report.datasets = report.datasets.filter { !$0.runs.isEmpty } + report.datasets.filter(\.runs.isEmpty)
    return report
  }

  /// The report of a database that cannot be read: what is known without it.
  public func report(without error: PipelineError, now: Date) -> OperationsReport {
    let isOld = error.name == .schemaMismatch
    let problem = OperationsReport.Problem(
      title: isOld ? "the database has another version" : "the database cannot be read",
      cause: "\(error.name.rawValue): \(error.message)", next: command.line(isOld ? "migrate" : "doctor"))
    var report = empty(now)
    report.problems = [problem]
    return report
  }

  private func empty(_ now: Date) -> OperationsReport {
    OperationsReport(
      time: now, upcoming: upcoming(after: now), starter: expected.starter, program: command.program)
  }

  private func upcoming(after now: Date) -> [OperationsReport.Start] {
    let starts = schedules.compactMap { schedule -> OperationsReport.Start? in
      guard let time = schedule.next(after: now) else { return nil }
      return .init(
        dataset: schedule.dataset, job: schedule.jobType, time: time,
        schedule: "\(schedule.cron.text) (\(schedule.timeZone))")
    }
    return Array(starts.sorted { ($0.time, $0.dataset) < ($1.time, $1.dataset) }.prefix(Self.shownStarts))
  }
}
