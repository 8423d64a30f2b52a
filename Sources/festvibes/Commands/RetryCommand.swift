import ArgumentParser
import Contracts
import Datasets
import Foundation
import Time

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Run the items again that a run has left: failed, aborted and not tried.",
    discussion: """
      Starts a new run over exactly the items that RUN did not do, with RUN's options: its dataset, its job and its object, \
      its archives if it was a replay, --allow-shrink. Which items these are is asked from Step Functions or, for a run that \
      it no longer knows, from the ledger in PG_DATABASE_URL, which knows dataset, job and object; --job, --bucket and --key \
      say them for a run that was made before the ledger did. Items that were loaded since are left out, unless RUN is a \
      replay. A run of `run --in-process` is tried again in this process, with the settings that it needs.

      Exit status: as of `festvibes run`; 0 if there is nothing to retry; 1 if RUN is not known or still running \
      (75, if it is a run of a process).
      """)

  @Argument(help: ArgumentHelp("The name of the run.", valueName: "run"))
  var runName: String

  @Flag(help: "Load a listing even if it has lost most of its date's stored events.")
  var allowShrink = false

  @OptionGroup var job: JobOptions
  @OptionGroup var tolerance: ToleranceOption
  @OptionGroup var output: RunOutputOptions
  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    let settings = common.settings()
    if let run = try HostedRun.read(runName, settings, dataset) { return try retry(run, settings) }
    let session = try RunSession(settings, output)
    let (plan, former) = try plan(session, settings)
    let dataset = try settings.datasetsWithoutSecrets.dataset(former.dataset ?? dataset.dataset)
    guard !plan.items.isEmpty else { return try reportNothing(plan, of: dataset) }
    let request = RunRequest(
      dataset: dataset.id,
      plan: PlanRequest(
        items: plan.items.map(\.id), maxFailures: tolerance.maxFailures, cachedFrom: former.cachedFrom,
        jobType: former.jobType ?? job.job, bucket: former.bucket ?? job.bucket, key: former.key ?? job.key),
      replay: former.replay, allowShrink: allowShrink || former.allowShrink == true ? true : nil)
    let progress = try session.start(
      request, .init(description: plan.description(of: runName, dataset.words), retryOf: runName))
    try session.report(progress, of: dataset, retryOf: runName)
    try progress.exitUnlessSuccess()
  }

  /// Returns what is left of the run, and the request that it was started with.
  private func plan(_ session: RunSession, _ settings: Settings) throws -> (RetryPlan, RunRequest) {
    let name = NextStep.quoted(runName)
    guard let execution = try session.execution(runName) else { return try ledger(settings) }
    // The run says of which dataset it is, whatever the option says.
    let option = try settings.datasetsWithoutSecrets.dataset(execution.facts.dataset ?? dataset.dataset).option
    guard execution.status.isFinal else {
      throw CommandError("\(runName) is still running\n\(NextStep("watch \(name)\(option)").line)")
    }
    guard execution.facts.isRun else {
      throw CommandError("\(runName) was the start of a job, and has no items\n\(NextStep("watch \(name)").line)")
    }
    let progress = try session.progress(of: execution)
    guard !progress.items.isEmpty else {
      let reason = progress.failure.map { ": \($0.brief)" } ?? ""
      throw CommandError(
        "\(runName) ended before its items were planned\(reason)\n"
          + NextStep("logs --run \(name) --errors\(option)").line)
    }
    let request = execution.request ?? RunRequest()
    let end = execution.stopDate ?? execution.startDate
    return (try withoutLoaded(RetryPlan(progress), since: end, request, settings), request)
  }

  /// Takes the run from the ledger, which does not know the archives of a replay.
  private func ledger(_ settings: Settings) throws -> (RetryPlan, RunRequest) {
    let dataset = try dataset.resolve(ofRun: runName, settings)
    guard let found = try ForgottenRun.read(runName, settings, dataset) else {
      throw RunSession.unknown(runName, dataset.option)
    }
    let record = found.status.record
    guard found.isOver else { throw CommandError(found.lines().joined(separator: "\n")) }
    let request = RunRequest(
      dataset: dataset.id, plan: record.origin.request, replay: record.trigger == .replay ? .init() : nil)
    let plan = RetryPlan(ledger: found.status)
    return (try withoutLoaded(plan, since: record.endedAt ?? record.startedAt, request, settings), request)
  }

  /// Leaves out the items that were loaded since, perhaps by an earlier retry. A replay is tried again as a whole: it says
  /// nothing of the archives if the item was loaded from the source.
  func withoutLoaded(
    _ plan: RetryPlan, since end: Date, _ request: RunRequest, _ settings: Settings
  ) throws -> RetryPlan {
    guard settings.hasDatabase, request.replay == nil, !plan.items.isEmpty else { return plan }
    let dataset = try settings.datasetsWithoutSecrets.dataset(request.dataset ?? dataset.dataset)
    do {
      return try Stores(settings).loading("festvibes-retry", within: .seconds(10)) { loading, deadline in
        try plan.leavingOutLoaded(in: try loading.ledger, since: end, of: runName, dataset, deadline: deadline)
      }
    } catch {
      let reason = (error as? PipelineError)?.message ?? "\(error)"
      Output.errorLine("Warning: items that were loaded since are run again, as the ledger cannot be read: \(reason)")
      return plan
    }
  }

  func reportNothing(_ plan: RetryPlan, of dataset: Dataset) throws {
    guard output.json else { return try Output.lines([plan.nothingLeft(of: runName)]) }
    var fields: [String: Any] = [
      "run": NSNull(), "retry_of": runName, "dataset": dataset.id, "status": "success", "items": [] as [Any],
    ]
    if output.follow { fields["event"] = "run_ended" }
    try Output.lines([JSONText.line(fields)])
  }
}
