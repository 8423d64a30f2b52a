import ArgumentParser
import Contracts
import Datasets
import Foundation

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Follow a run to its end, as `festvibes run` does.",
    discussion: """
      Follows RUN, or the newest run, by whoever it was started; with --dataset, the newest of that dataset. A run that \
      has ended shows its report at once; one that Step Functions no longer has, what the ledger in PG_DATABASE_URL has of \
      it, and no JSON. A run of `run --in-process` is followed by the ledger: each item that ends, and the report of \
      `festvibes status`; without STATE_MACHINE_ARN the newest run is the ledger's. Of the start of a job it shows the runs \
      that it started.

      Exit status: as of `festvibes run`; 1 if the run is not known; 130 after Ctrl-C, and the run continues.
      """)

  @Argument(help: ArgumentHelp("The name of the run (default: the newest).", valueName: "run"))
  var runName: String?

  @OptionGroup var output: RunOutputOptions
  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    let settings = common.settings()
    let newest =
      try runName == nil && !settings.hasStateMachine ? HostedRun.newest(of: dataset.resolve(), settings) : nil
    if let name = runName ?? newest, let run = try HostedRun.read(name, settings, dataset) {
      return try watch(run, settings)
    }
    let session = try RunSession(settings, output)
    let option = try dataset.resolve().option
    guard let name = try runName ?? session.newest(of: dataset.resolve()) else {
      return try reportNewest(option, settings)
    }
    guard let execution = try session.execution(name) else { return try report(name, option, settings) }
    guard execution.facts.isRun else { return try session.reportJob(execution.executionArn) }
    let dataset = try settings.datasetsWithoutSecrets.dataset(execution.facts.dataset ?? dataset.dataset)
    let progress = try session.follow(
      execution.executionArn, of: dataset,
      .init(description: "started \(zonedTime(execution.startDate, in: .current))"))
    try session.report(progress, of: dataset)
    try progress.exitUnlessSuccess()
  }

  /// Shows the newest run of the ledger. Step Functions, which keeps runs for 90 days, has none; the local one keeps them
  /// until it is stopped.
  private func reportNewest(_ option: String, _ settings: Settings) throws {
    let record: RunRecord?
    do {
      record = try settings.hasDatabase ? Stores(settings).newestRun(of: dataset.resolve()) : nil
    } catch let error as PipelineError where error.name != .schemaMismatch {
      throw CommandError(
        "Step Functions has no run, and the ledger cannot be read: \(error.message)\n\(NextStep("doctor\(option)").line)"
      )
    } catch is PipelineError {
      // Nothing was ever loaded.
      record = nil
    }
    guard let record else { throw CommandError("there is no run yet\n\(NextStep("run\(option)").line)") }
    if let run = try HostedRun.read(record.run, settings, dataset) { return try watch(run, settings) }
    try report(record.run, option, settings)
  }

  /// Prints what the ledger has of a run that Step Functions does not have: the end, and no item's course.
  private func report(_ name: String, _ option: String, _ settings: Settings) throws {
    guard let run = try ForgottenRun.read(name, settings, dataset.resolve(ofRun: name, settings)) else {
      throw RunSession.unknown(name, option)
    }
    guard !output.json else { throw CommandError(run.lines().joined(separator: "\n")) }
    try Output.lines(run.lines())
    if !run.isSuccess { throw ExitCode.failure }
  }
}
