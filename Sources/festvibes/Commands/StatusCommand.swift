import AWS
import ArgumentParser
import Contracts
import Foundation
import Publishing
import Time

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the last runs and how fresh each item is, or one run item by item.",
    discussion: """
      Reads the ledger in the database that PG_DATABASE_URL names. If STATE_MACHINE_ARN is set, it completes the ledger \
      from Step Functions, item by item: runs that could not close themselves, failures that could not be recorded, and \
      runs that it does not know. What it finds of a run that has ended is written into the ledger; an open run that Step \
      Functions no longer has is closed as lost. If REDIS_URL is set, the cached value of each item is compared with the \
      database. If the database cannot be reached, it shows what Step Functions knows of the runs, and says so.

      If other runs have loaded since all that RUN left, it says so, and names no command that goes on.

      Items of a run are done, failed, aborted (begun, and stopped with the run), not tried, running or waiting. An item is \
      stale if its last load failed, if a run had it and it was never loaded, or if the cache has lost it or differs from \
      the database. A cached value that expired as planned is not stale, and is shown as expired.

      Exit status: 0 if the last run that is over did every item and no item shown is stale; 1 if not, if there is no such \
      run, or if the database cannot be read, so that it can be a check; 64 for invalid arguments. Rejected records are no \
      failure here, unless an item has no others: the verdict names them. Without --dataset, other datasets whose last run \
      failed, or of which a schedule had a time more than 4 hours ago and no run since, are named as well, and do not count.
      """)

  @Argument(help: "A run's name, to see its items.")
  var name: String?

  @Option(parsing: .unconditional, help: "The number of runs to show.")
  var last = 10

  @Option(
    parsing: .unconditional,
    help: "The freshness of today, in the dataset's zone, and this many days after it (default: 30, if it has dates).")
  var days: Int?

  @Option(help: "The freshness of the dates from this one on, in place of --days. Alone it is the only one.")
  var from: String?

  @Option(help: "The last date whose freshness is shown.")
  var to: String?

  @Option(
    parsing: .singleValue,
    help: "An item whose freshness is shown, in place of --days, or of all; for WWOZ a date. May be repeated.")
  var item: [String] = []

  @Flag(help: "Print one JSON object; Sources/Pipeline/README.md describes it.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (1...100).contains(last) else { throw ValidationError("--last must be between 1 and 100") }
    guard (0..<Limits.maximumItems).contains(days ?? 0) else {
      throw ValidationError("--days must be between 0 and \(Limits.maximumItems - 1)")
    }
    guard item.isEmpty || (from == nil && to == nil) else {
      throw ValidationError("give either --item, or --from and --to")
    }
    _ = try withUsage { try items(today: CalendarDate(daysSinceEpoch: 0)) }
  }

  /// The items whose freshness is shown.
  private func items(today: @autoclosure () throws -> CalendarDate) throws -> [WorkItem] {
    let plan = try dataset.plan()
    // The objects of the last runs.
    guard !plan.readsObject else { return try Set(item).sorted().map { try WorkItem(id: $0) } }
    let isOfDays = plan.daysAhead != nil
    if !isOfDays || !item.isEmpty {
      return try RunRange(
        of: dataset.resolve(), plan, days: isOfDays ? nil : days, start: isOfDays ? nil : from,
        end: isOfDays ? nil : to,
        items: Set(item).sorted()
      ).workItems
    }
    if let first = from ?? to {
      return try RunRange.between(from ?? first, "--from", to ?? first, "--to").dates.map(WorkItem.init(date:))
    }
    let today = try today()
    return (today...today.adding(days: days ?? plan.daysAhead ?? PlanRequest.defaultDaysAhead)).dates.map(
      WorkItem.init(date:))
  }

  func run() throws {
    let settings = common.settings()
    let dataset = try dataset.resolve(ofRun: name, settings)
    var reason = settings.reasonWithoutLedger ?? ""
    if !settings.hasStateMachine, settings.isWithoutDatabase(dataset) {
      throw CommandError("no ledger: \(reason); and no Step Functions: STATE_MACHINE_ARN is not set.\n\(Settings.hint)")
    }
    var found: StatusOverview??
    if settings.hasDatabase {
      do {
        found = try StatusReader(settings, dataset).overview(of: name, last: last) {
          try items(today: dataset.timeZoneRules().localDate(at: Date()))
        }
      } catch let error as PipelineError {
        reason = error.message
      } catch let error as CommandError {
        reason = error.description
      }
    }
    if let found {
      guard let overview = found else { throw noSuchRun(dataset, "in the ledger or in Step Functions") }
      return try show(overview)
    }
    do {
      try withReadableErrors(settings.environment) { try showExecutions(settings, dataset, because: reason) }
    } catch let error as CommandError {
      throw settings.hasDatabase ? CommandError("\(error)\nThe ledger did not help either: \(reason)") : error
    }
  }

  private func noSuchRun(_ dataset: Dataset, _ place: String) -> CommandError {
    let name = name ?? ""
    let session = try? RunSession(common.settings(), RunOutputOptions())
    if (try? session?.execution(name))?.facts.isRun == false {
      return CommandError(
        "\(name) was the start of a job, and no run\n" + NextStep("watch \(NextStep.quoted(name))").line)
    }
    // A date in the run's place is one whose freshness is asked for.
    let item = CalendarDate(name).map { " --item \($0)" } ?? ""
    return CommandError(
      "there is no run '\(name)' of the dataset \(dataset.id) \(place).\n"
        + NextStep("status\(item)\(dataset.option)").line)
  }

  private func show(_ overview: StatusOverview) throws {
    let (now, terminal, next) = (Date(), Terminal.standardOutput(), overview.next())
    if json {
      try Output.lines([StatusJSON(overview, next: next, now: now).text()])
    } else if name != nil, let run = overview.runs.first {
      let report = LedgerRunReport(run: run, dataset: overview.dataset, now: now, zone: .current)
      let remarks = overview.notes + [overview.retry?.repair(of: run.record.run)].compactMap(\.self)
      try Output.lines(report.lines(for: terminal) + remarks + next.map(\.line), styled: true)
    } else {
      let runs = LedgerReport(runs: overview.runs, dataset: overview.dataset, now: now, zone: .current)
      let items = FreshnessReport(
        items: overview.items, isCached: PublishingRegistry.hasCache(overview.dataset), words: overview.dataset.words,
        now: now, zone: .current)
      try Output.lines(
        runs.lines(for: terminal) + [""] + items.lines(for: terminal) + [""]
          + overview.closing(for: terminal, next: next), styled: true)
    }
    if !overview.isOK { throw ExitCode.failure }
    if name != nil, overview.runs.first?.isLocked == true { throw RunProgress.lockedStatus }
  }

  /// Shows what Step Functions alone knows.
  private func showExecutions(_ settings: Settings, _ dataset: Dataset, because reason: String) throws {
    let machine = try settings.stateMachine()
    let client = try StepFunctionsClient(settings.session(for: machine))
    guard !json else { return try showJSON(client, machine, settings, dataset, because: reason) }
    let terminal = Terminal.standardOutput()
    let lines: [String]
    let isFailure: Bool
    var status = ExitCode.success
    if let name {
      let progress: RunProgress
      let arn = Settings.execution(name, of: machine)
      do {
        guard try RemoteExecutions(client).execution(arn).facts.isRun else {
          throw noSuchRun(dataset, "in Step Functions")
        }
        progress = try ExecutionFollower(RemoteExecutions(client), arn: arn).poll()
      } catch let error as AWSError where error.kind == .notFound {
        throw noSuchRun(dataset, "in Step Functions")
      }
      if progress.isLocked { status = RunProgress.lockedStatus }
      isFailure = progress.status.isFinal && !progress.isSuccess && !progress.isLocked
      lines = RunReport(progress: progress, dataset: dataset, now: Date(), isFull: true).lines(for: terminal)
    } else {
      let runs = try RunHistory(client).last(last, of: machine)
      isFailure = runs.first { $0.status.isFinal }?.isFailure ?? false
      lines = StatusReport(runs: runs, now: Date(), zone: .current).lines(for: terminal)
    }
    try Output.lines(lines, styled: true)
    try Output.lines(["", "This is from Step Functions, not from the ledger: \(reason)"])
    // Without the ledger nobody knows whether a date is stale.
    if settings.hasDatabase { try Output.lines([NextStep("doctor\(dataset.option)").line]) }
    if isFailure || settings.hasDatabase { throw ExitCode.failure }
    if status != .success { throw status }
  }

  private func showJSON(
    _ client: StepFunctionsClient, _ machine: String, _ settings: Settings, _ dataset: Dataset, because reason: String
  ) throws {
    let reconciler = RunReconciler(dataset, .init(client, machine, ledgerIsAway: reason))
    let names =
      try name.map { [$0] }
      ?? client.listExecutions(
        of: .stateMachine(machine), limit: last, deadline: Deadline(after: .seconds(30), on: SystemTime())
      ).map(\.name)
    let runs = names.compactMap(reconciler.unknown)
    if name != nil, runs.isEmpty, reconciler.unreachable == nil { throw noSuchRun(dataset, "in Step Functions") }
    try show(
      StatusOverview(
        dataset: dataset, runs: runs,
        notes: ["This is from Step Functions, not from the ledger: \(reason)"] + reconciler.notes,
        ledgerFailure: settings.hasDatabase ? reason : nil))
  }
}
