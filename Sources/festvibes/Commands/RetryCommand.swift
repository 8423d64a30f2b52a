import ArgumentParser
import Contracts
import Datasets
import Foundation

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Run the items again that a run has left: failed, aborted and not tried.",
    discussion: """
      Starts a new run over exactly the items that RUN did not do, with RUN's options: its dataset, its archives if it was \
      a replay, --allow-shrink. Which items these are is asked from Step Functions or, for a run that it no longer knows, \
      from the ledger in PG_DATABASE_URL.

      Exit status: as of `festvibes run`; 0 if there is nothing to retry; 1 if RUN is not known or still running.
      """)

  @Argument(help: ArgumentHelp("The name of the run.", valueName: "run"))
  var runName: String

  @Flag(help: "Load a listing even if it has lost most of its date's stored events.")
  var allowShrink = false

  @OptionGroup var tolerance: ToleranceOption
  @OptionGroup var output: RunOutputOptions
  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    let settings = common.settings()
    let session = try RunSession(settings, output)
    let (plan, former) = try plan(session, settings)
    let dataset = try settings.datasets.dataset(former.dataset ?? dataset.dataset)
    guard !plan.items.isEmpty else { return try reportNothing(of: dataset) }
    let request = RunRequest(
      dataset: dataset.id,
      plan: PlanRequest(
        items: plan.items.map(\.id), maxFailures: tolerance.maxFailures, cachedFrom: former.cachedFrom),
      replay: former.replay, allowShrink: allowShrink || former.allowShrink == true ? true : nil)
    let progress = try session.start(
      request, .init(description: plan.description(of: runName, dataset.words), retryOf: runName))
    try session.report(progress, of: dataset, retryOf: runName)
    if !progress.isSuccess { throw ExitCode.failure }
  }

  /// Returns what is left of the run, and the request that it was started with.
  private func plan(_ session: RunSession, _ settings: Settings) throws -> (RetryPlan, RunRequest) {
    let name = NextStep.quoted(runName)
    let option = try dataset.resolve().option
    guard let execution = try session.execution(runName) else {
      guard let found = try ledger(settings) else { throw RunSession.unknown(runName, option) }
      return found
    }
    guard execution.status.isFinal else {
      throw CommandError("\(runName) is still running\n\(NextStep("watch \(name)\(option)").line)")
    }
    let progress = try session.progress(of: execution)
    guard !progress.items.isEmpty else {
      let reason = progress.failure.map { ": \($0.brief)" } ?? ""
      throw CommandError(
        "\(runName) ended before its items were planned\(reason)\n\(NextStep("logs --run \(name) --errors").line)")
    }
    return (RetryPlan(progress), execution.request ?? RunRequest())
  }

  /// Reads the run from the ledger; nil if it has none of the name. The ledger does not know the archives of a replay.
  private func ledger(_ settings: Settings) throws -> (RetryPlan, RunRequest)? {
    guard settings.hasDatabase else { return nil }
    let dataset = try dataset.resolve()
    return try Stores(settings).loading("festvibes-retry", within: .seconds(10)) { loading, deadline in
      guard let found = try loading.ledger.run(named: runName, of: dataset, deadline: deadline) else { return nil }
      let isReplay = found.record.trigger == .replay
      return (RetryPlan(ledger: found.items), RunRequest(dataset: dataset.id, replay: isReplay ? .init() : nil))
    }
  }

  private func reportNothing(of dataset: Dataset) throws {
    guard output.json else {
      return try Output.lines(["Nothing to retry: every item of \(runName) was done."])
    }
    var fields: [String: Any] = [
      "run": NSNull(), "retry_of": runName, "dataset": dataset.id, "status": "success", "items": [] as [Any],
    ]
    if output.follow { fields["event"] = "run_ended" }
    try Output.lines([JSONText.line(fields)])
  }
}
