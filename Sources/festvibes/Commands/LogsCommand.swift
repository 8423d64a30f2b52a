import AWS
import ArgumentParser
import Contracts
import Datasets
import Foundation
import Time

struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show what the functions wrote to their logs, by time.",
    discussion: """
      Reads CloudWatch Logs, or the local stack's, for the functions of STATE_MACHINE_ARN's deployment. A line has time, \
      level, function, run, item and message; metrics are left out. With --run it begins when the run began. \
      The lines of `run --in-process` are on that process's standard error; --run says which process it is.
      """)

  @Option(name: .customLong("run"), help: "Only this run.")
  var runName: String?

  @Option(help: "Only this work item; for WWOZ its date.")
  var item: String?

  @Option(help: "Only this date, as 2024-05-31.")
  var date: String?

  @Option(help: "Only this dataset, by its id.")
  var dataset: String?

  @Option(help: "Only this function: \(InvokeCommand.products.keys.sorted().joined(separator: ", ")).")
  var function: String?

  @Flag(help: "Only errors, and lines of crashes, which have no level.")
  var errors = false

  @Option(help: "How far to look back: 90s, 30m, 1h, 2d. (default: 1h, or the run's start)")
  var since: String?

  @Flag(help: "Go on with new lines, until Ctrl-C.")
  var follow = false

  @Flag(help: "Print an object for each line.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let since, LogPeriod.seconds(since) == nil {
      throw ValidationError("--since '\(since)' is not a time like 90s, 30m, 1h or 2d")
    }
    if let date { _ = try withUsage { try RunRange.date(date, of: "--date") } }
    if let dataset { _ = try DatasetOption.named(dataset).resolve() }
  }

  func run() throws {
    let settings = common.settings()
    let option = DatasetOption.named(dataset ?? Datasets.standardID)
    if let runName, let run = try HostedRun.read(runName, settings, option) { throw Self.elsewhere(run) }
    let machine = try settings.stateMachine()
    let reader = try LogReader(settings, machine: machine, product: function)
    let selection = LogSelection(run: runName, item: item, date: date, dataset: dataset, onlyErrors: errors)
    // Without the option the ledger says of which dataset the run is. Lines that name no dataset are the run's as well.
    // A folder without the standard dataset has no owner to name.
    let owner = try? option.resolve(ofRun: runName, settings)
    let period = try period(settings, machine, owner)
    var entries = try reader.entries(from: period.start, to: period.end, deadline: Self.deadline())
    var shown = Set<String>()
    try show(selection.select(entries), &shown)
    if shown.isEmpty, !follow { try explain(period, settings, owner) }
    if follow { InterruptHandler.install(message: "\n") }
    while follow {
      Thread.sleep(forTimeInterval: 1)
      // A line may become readable a while after it was written, and a line may complete those before it.
      let start = max(period.start, Date(timeIntervalSinceNow: -60))
      entries = try reader.entries(from: start, to: nil, deadline: Self.deadline())
      try show(selection.select(entries), &shown)
    }
  }

  /// The error about a run whose lines no function wrote.
  private static func elsewhere(_ run: HostedRun) -> CommandError {
    let process = run.status.record.process.map { " _PID=\($0.id)" } ?? " -u festvibes@\(run.dataset.id)"
    return CommandError(
      "\(TextWidth.cleaned(run.name)) is a run of \(run.process), not of functions. Its lines are where that process writes "
        + "its standard error: of a service journalctl\(process) shows them, of a container docker logs, of a task of ECS "
        + "its log group, of cron its mail.\n\(run.step("status").line)")
  }

  private static func deadline() -> Deadline { Deadline(after: .seconds(120), on: SystemTime()) }

  /// Prints the lines that have not been shown.
  private func show(_ entries: [LogEntry], _ shown: inout Set<String>) throws {
    let new = entries.filter { shown.insert($0.id).inserted }
    if json { return try Output.lines(try new.map { try $0.json() }) }
    let colors = Terminal.standardOutput().colors
    try Output.lines(new.map { $0.line(in: .current, colors: colors) }, styled: true)
  }

  /// Returns the time to look at. A run's lines are written within it, and a minute around it for clocks that differ.
  private func period(
    _ settings: Settings, _ machine: String, _ owner: Dataset?
  ) throws -> (start: Date, end: Date?) {
    if let since = since.flatMap(LogPeriod.seconds) { return (Date(timeIntervalSinceNow: -since), nil) }
    if let runName, let execution = try execution(runName, settings, machine) {
      return (
        execution.startDate.addingTimeInterval(-60), follow ? nil : execution.stopDate?.addingTimeInterval(60)
      )
    }
    if let runName { try checkKnown(runName, settings, owner) }
    let standard = runName == nil ? LogPeriod.standard : "7d"
    return (Date(timeIntervalSinceNow: -(LogPeriod.seconds(standard) ?? 3600)), nil)
  }

  /// - Returns: nil if Step Functions does not know the run: it forgets a run after 90 days, and the local one at its end.
  private func execution(_ name: String, _ settings: Settings, _ machine: String) throws -> Execution? {
    try withReadableErrors(settings.environment) {
      do {
        return try StepFunctionsClient(settings.session(for: machine)).describeExecution(
          Settings.execution(name, of: machine), deadline: Self.deadline())
      } catch let error as AWSError where error.kind == .notFound {
        return nil
      }
    }
  }

  /// - Throws: `CommandError` for a run that Step Functions does not know, unless the ledger knows it. Where the ledger cannot
  ///   be read, the lines tell.
  private func checkKnown(_ run: String, _ settings: Settings, _ owner: Dataset?) throws {
    guard settings.hasDatabase, let owner else { return }
    let found = try? Stores(settings).loading("festvibes-logs", within: .seconds(5)) { loading, deadline in
      try loading.ledger.run(named: run, of: owner, deadline: deadline) != nil
    }
    if found == false { throw RunSession.unknown(run, owner.option) }
  }

  /// Says on the standard error that there is nothing. A mistyped run must not look like one without lines.
  private func explain(_ period: (start: Date, end: Date?), _ settings: Settings, _ owner: Dataset?) throws {
    let since = zonedTime(period.start, in: .current)
    if let runName, try execution(runName, settings, settings.stateMachine()) == nil {
      throw CommandError(
        """
        no line of a run '\(runName)' since \(since), and Step Functions does not know it
        \(NextStep("status\(owner?.option ?? "")").line)
        """)
    }
    Output.errorLine("No lines since \(since). --since 2d looks back two days.")
  }
}
