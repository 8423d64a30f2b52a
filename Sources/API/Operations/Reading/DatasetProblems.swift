import Advice
import Contracts
import Datasets
import FoundationEssentials
import Ledger
import Time

/// The things that a person has to do about a dataset, and those that they may want to know, by the rules of `festvibes status`.
struct DatasetProblems {
  let operated: OperatedDataset
  let found: DatasetReader.Result
  /// True if a dataset that never ran is expected to by its schedules: something starts them.
  let expectsNew: Bool
  let command: Command
  let now: Date

  private typealias Problem = OperationsReport.Problem
  private var id: String { operated.dataset.id }
  private var lastRun: RunJudgement? { found.runs.first(where: \.isOver) }

  /// The worst first.
  var problems: [OperationsReport.Problem] {
    [failedRun, rejectedItems, overdue].compactMap(\.self) + earlierFailures + neverLoaded
  }

  private var failedRun: Problem? {
    guard let run = lastRun, run.isFailure, !run.isRepaired else { return nil }
    let title =
      switch run.outcome {
      case .partial, .success, .running:
        "\(run.open.count) of \(run.record.items.count) items \(run.open.count == 1 ? "was" : "were") not done"
      case .failed, .locked: "the last run failed"
      case .stopped: "the last run was stopped"
      case .lost: "the last run was lost"
      }
    let reasons = run.openFailures.prefix(2).map { failure in
      "\(Self.few(failure.items)): \(failure.error)" + (failure.message.isEmpty ? "" : ": \(failure.message)")
    }
    let count = run.open.count { $0.failure == nil }
    let undone =
      count > 0 ? ["\(PageText.count(count, "item")) \(count == 1 ? "was" : "were") stopped or not tried"] : []
    let cause = ([run.cause].filter { !$0.isEmpty } + reasons + undone).joined(separator: "; ")
    return Problem(
      dataset: id, title: title, cause: cause, since: run.record.endedAt ?? run.record.startedAt, next: run.next)
  }

  private var rejectedItems: Problem? {
    guard let run = lastRun, !run.withoutRecords.isEmpty else { return nil }
    return Problem(
      dataset: id, title: "every record of \(Self.few(run.withoutRecords)) was rejected",
      cause: "The source or the definition has changed, rather than one record.", since: run.record.endedAt,
      next: command.line("rejected --run \(ShellWord.quoted(run.record.run))\(operated.option)"))
  }

  /// The schedule whose time passed last without a run.
  private var overdue: Problem? {
    guard let lastRun = found.startedAt else { return nil }
    let limit = now.addingTimeInterval(-DatasetSchedule.tolerance)
    let times = operated.schedules.compactMap { schedule -> (time: Date, schedule: DatasetSchedule)? in
      guard let time = schedule.previous(at: limit), lastRun < time else { return nil }
      return (time, schedule)
    }
    guard let last = times.max(by: { $0.time < $1.time }) else { return nil }
    return Problem(
      dataset: id, title: "a scheduled run is overdue",
      cause: "No run began at \(PageText.time(last.time)) UTC or later. The last one began at "
        + "\(PageText.time(lastRun)) UTC.", since: last.time,
      next: run(last.schedule))
  }

  private func run(_ schedule: DatasetSchedule) -> String {
    let job = schedule.jobType.map { " --job \(ShellWord.quoted($0))" } ?? ""
    return command.line("run\(job) --dataset \(ShellWord.quoted(id))")
  }

  /// The schedule of a dataset that never ran. It may be new, so that its first time is still to come: no problem.
  private var neverStarted: Problem? {
    guard expectsNew, found.startedAt == nil, found.runs.isEmpty else { return nil }
    let due = operated.schedules.compactMap { schedule -> (time: Date, schedule: DatasetSchedule)? in
      schedule.previous(at: now).map { ($0, schedule) }
    }
    guard let last = due.max(by: { $0.time < $1.time }) else { return nil }
    let next = last.schedule.next(after: now).map { ", its next one is \(PageText.time($0)) UTC" } ?? ""
    return Problem(
      dataset: id, title: "its schedule has not started a run yet",
      cause: "Its last time was \(PageText.time(last.time)) UTC\(next). If it was deployed by then, it does not start.",
      next: run(last.schedule))
  }

  /// The items that failed in runs before the last one, and were not loaded since.
  private var earlierFailures: [Problem] {
    let failed = found.items.filter { $0.failure != nil && $0.failedRun != nil }
    let groups = Dictionary(grouping: failed) { $0.failedRun ?? "" }
    let lastFailed = lastRun.flatMap { $0.isFailure ? $0.record.run : nil }
    return groups.filter { $0.key != lastFailed }.compactMap { run, items -> Problem? in
      guard let failure = items.first?.failure else { return nil }
      let message = RunJudgement.message(failure)
      return Problem(
        dataset: id,
        title:
          "\(Self.few(items.map(\.item.id))) failed before, and \(items.count == 1 ? "was" : "were") not loaded since",
        cause: failure.error + (message.isEmpty ? "" : ": \(message)"),
        since: items.compactMap(\.failure?.failedAt).max(),
        next: command.line(RunRemedy(error: failure.error, message: message).commands(for: run, operated.option)))
    }.sorted { ($0.since ?? now) > ($1.since ?? now) }
  }

  private var neverLoaded: [Problem] {
    let covered = Set(lastRun.map { $0.isFailure ? $0.record.items.map(\.id) : [] } ?? [])
    let items = found.items.filter {
      $0.wasNeverLoaded && !covered.contains($0.item.id) && !isUnderWay($0.item)
    }.map(\.item)
    guard let first = items.first, let last = items.last else { return [] }
    let arguments =
      first.date == nil
      ? "run" + items.map { " --item \(ShellWord.quoted($0.id))" }.joined() + operated.option
      : "run --start \(first) --end \(last)\(operated.option)"
    return [
      Problem(
        dataset: id, title: "\(Self.few(items.map(\.id))) \(items.count == 1 ? "was" : "were") never loaded",
        cause: "A run that has ended had \(items.count == 1 ? "it" : "them").", next: command.line(arguments))
    ]
  }

  private func isUnderWay(_ item: WorkItem) -> Bool {
    found.runs.contains { !$0.isOver && $0.record.items.contains(item) }
  }

  /// Nothing that wakes anybody.
  var remarks: [OperationsReport.Problem] {
    var remarks: [Problem] = [neverStarted].compactMap(\.self)
    for run in found.runs where !run.isOver {
      remarks.append(
        Problem(
          dataset: id, title: "\(run.record.run) goes on",
          cause: "since \(PageText.distance(run.record.startedAt, from: now))",
          next: run.next))
    }
    let gaps = found.report.days.filter { $0.state == .gap }.map { WorkItem(date: $0.date) }
    if let first = gaps.first, let last = gaps.last {
      remarks.append(
        Problem(
          dataset: id, title: "gaps", cause: "no finished run had \(ItemRanges.described(gaps))",
          next: command.line("run --start \(first) --end \(last)\(operated.option)")))
    }
    if found.report.openRejections > 0 {
      remarks.append(
        Problem(
          dataset: id, title: "\(PageText.count(found.report.openRejections, "record")) in quarantine",
          cause: found.report.rejections.first?.reason ?? "", next: found.report.rejectedCommand))
    }
    if let run = lastRun, !run.isFailure, run.record.status == .partial, !run.cause.isEmpty {
      remarks.append(Problem(dataset: id, title: "the last run is partial", cause: run.cause, next: run.next))
    }
    return remarks + found.remarks.map { Problem(dataset: id, title: "the last run", cause: $0, next: nil) }
  }

  private static func few(_ ids: [String]) -> String {
    ids.prefix(3).joined(separator: ", ") + (ids.count > 3 ? " and \(ids.count - 3) more" : "")
  }
}
