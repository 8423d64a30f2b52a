import ArgumentParser
import Contracts
import Foundation

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Process items again from archived pages, with today's code and no request to the source.",
    discussion: """
      `festvibes replay 2024-05-31` replays one date, `festvibes replay 2024-05-01 2024-05-31` a range: each date is \
      scraped from its archive, loaded and cached as in a run, and followed like one. Of a dataset without dates it replays \
      the items of --item, or without it those of --run or of the newest run in the ledger. The newest archive whose listing \
      today's code understands is read; with --run, that run's archive, however old. If a later listing has been loaded \
      since, nothing changes, and the report says so. An item without an archive fails, and the others continue.

      With --dry-run nothing is started and nothing changes: the items are read from their archives here and loaded in a \
      transaction that is rolled back, and the differences are printed: `+` a record that would be added, `-` one that \
      would be removed, `~` one with other fields, `!` a record that would be rejected. Only numbers of the database's \
      sequences are consumed. Each item is compared with what is stored now, not with what the items before it would \
      change. A run at the same time waits for one item's transaction at most: a few round trips, or 15 s for a dry run \
      that was interrupted. It needs PG_DATABASE_URL, and credentials that may read S3_BUCKET_NAME.

      Exit status: as of `festvibes run`; with --dry-run 0 if every item was read, whatever it would change; 64 for invalid \
      arguments; 130 after Ctrl-C.
      """)

  @Argument(help: "The date, or the first one, as 2024-05-31.")
  var date: String?

  @Argument(help: "The last date.")
  var last: String?

  @Option(name: .customLong("item"), help: "The id of an item, for WWOZ a date; may be given several times.")
  var items: [String] = []

  @Option(name: .customLong("run"), help: "The run whose archives are read.")
  var runName: String?

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @Flag(help: "Load a listing even if it has lost most of its item's stored records.")
  var allowShrink = false

  @OptionGroup var job: JobOptions
  @OptionGroup var tolerance: ToleranceOption
  @OptionGroup var output: RunOutputOptions
  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try job.validate(for: dataset)
    do { _ = try range(job.request) } catch let error as CommandError {
      // The plan may be that of the run's job, which only Step Functions knows.
      guard runName != nil, try dataset.hasJobs() else { throw ValidationError(error.description) }
    }
  }

  private func range(_ job: PlanRequest) throws -> RunRange {
    let plan = try dataset.plan(job: job.jobType)
    guard plan.daysAhead == nil || date != nil || !items.isEmpty else {
      // The items of a run of another dataset are known by that dataset's plan.
      throw CommandError("give a DATE or --item" + (runName == nil ? "" : ", or with --dataset the run's dataset"))
    }
    guard plan.daysAhead != nil, let date, items.isEmpty else {
      return try RunRange(of: dataset.resolve(), plan, first: date, last: last, items: items, object: job)
    }
    return try RunRange.between(date, "DATE", last ?? date, "LAST")
  }

  func run() throws {
    let dataset = try dataset.resolve()
    let settings = common.settings()
    let job = try request(settings)
    var range = try withUsage { try self.range(job) }
    range = try range.narrowed(toItemsOf: runName, in: dataset, settings)
    guard dryRun else {
      var plan = range.plan(with: job)
      plan.maxFailures = tolerance.maxFailures
      let session = try RunSession(settings, output)
      let progress = try session.start(
        RunRequest(dataset: dataset.id, plan: plan, replay: .init(run: runName), allowShrink: allowShrink ? true : nil),
        .init(description: "\(range.description), from \(archive)"))
      try session.report(progress, of: dataset)
      try progress.exitUnlessSuccess()
      return
    }
    try dryRuns(range, dataset)
  }

  /// The job type and the object: those of the options, else those of the run whose archives are read.
  private func request(_ settings: Settings) throws -> PlanRequest {
    var request = job.request
    guard let runName, try dataset.hasJobs(), (try? settings.stateMachine()) != nil else { return request }
    let former = try RunSession(settings, output).execution(runName)?.request?.plan
    request.jobType = request.jobType ?? former?.jobType
    request.bucket = request.bucket ?? former?.bucket
    request.key = request.key ?? former?.key
    return request
  }

  private func dryRuns(_ range: RunRange, _ dataset: Dataset) throws {
    var reports: [DryRunReport] = []
    var isSuccess = true
    let terminal = Terminal.standardOutput()
    let dryRuns = try DryRuns(of: dataset, common.settings(), allowsShrinkage: allowShrink)
    for item in range.workItems {
      let report = DryRunReport(item: item, outcome: Result { try dryRuns.run(item, ofRun: runName) })
      if output.follow {
        try Output.lines([JSONText.line(report.fields.merging(["event": "item"]) { $1 })])
      } else if !output.json {
        try Output.lines(report.lines(for: terminal))
      }
      reports.append(report)
      isSuccess = isSuccess && report.isSuccess
    }
    if output.json {
      var fields: [String: Any] = [
        "dataset": dataset.id, "dry_run": true, "status": isSuccess ? "success" : "failed",
        "items": reports.map(\.fields),
      ]
      if output.follow { fields["event"] = "run_ended" }
      try Output.lines([JSONText.line(fields)])
    } else {
      try Output.lines(DryRunReport.next(after: reports, ofRun: runName, dataset.option).map(\.line))
    }
    if !isSuccess { throw ExitCode.failure }
  }

  private var archive: String { runName.map { "the archive of \($0)" } ?? "the newest archive" }
}
