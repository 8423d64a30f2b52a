import ArgumentParser
import Contracts
import Foundation

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the pipeline: scrape, load and cache each item, and show the results.",
    discussion: """
      Starts an execution of the state machine in STATE_MACHINE_ARN and follows it to its end: a bar for each item on a \
      terminal, a line for each on a pipe, and a table at the end. The items are what the dataset's plan says: dates, the \
      combinations of some values, or one. `festvibes run 2024-05-31` takes one date, `festvibes run 2024-05-01 \
      2024-05-31` a range; a dataset without dates runs all its items, or those of --item. More than 366 dates are run in parts of whole months, one after another; days \
      that the cache would drop at once are then loaded and not cached. A dataset of months takes those that the dates \
      touch, or --item 2024-05.

      `festvibes run --job hourly --dataset NAME` runs a profile of the dataset's plan; without --dataset it starts a run \
      of each dataset that has the profile, prints the command that follows each, and does not wait for them.

      With --in-process this process does the work, without Step Functions and Lambda: one item after another. It needs \
      PG_DATABASE_URL, unless the dataset needs no database, REDIS_URL for one with a cache, and RAW_FOLDER or a bucket. With --every it goes on until \
      SIGTERM or Ctrl-C: each interval is run once, or it says that it skips it.

      Exit status: 0 if every item was done and no record is missing; 1 if the run is partial or failed, in the words of \
      `festvibes status`: an item failed or is incomplete, a record was rejected, or the cache may be older than the \
      database; 64 for invalid options; 74 if the output cannot be written; 75 if another run holds the dataset's lock; \
      130 after Ctrl-C. After 74 and 130 the run continues by itself; one of --in-process is stopped and closed by Ctrl-C, \
      and by SIGTERM, with 143. A last line `next: …` has the command that goes on.
      """)

  @Argument(help: "The date, or the first one, as 2024-05-31.")
  var date: String?

  @Argument(help: "The last date.")
  var last: String?

  // Unconditional, so that -3 is a number out of range and not an unknown option.
  @Option(parsing: .unconditional, help: "Today, in the dataset's zone, and this many days after it (default: 30).")
  var days: Int?

  @Option(help: "The first date, as 2024-05-31; alone, the only one.")
  var start: String?

  @Option(help: "The last date.")
  var end: String?

  @Option(name: .customLong("item"), help: "The id of an item, for WWOZ a date; may be given several times.")
  var items: [String] = []

  @Flag(help: "Leave out items that were ever loaded, by the ledger in PG_DATABASE_URL.")
  var onlyMissing = false

  @Flag(help: "Load a listing even if it has lost most of its item's stored records.")
  var allowShrink = false

  @Flag(help: "Run the stages in this process, without AWS; DATASET_ID names the dataset if --dataset does not.")
  var inProcess = false

  @Option(
    help: ArgumentHelp(
      "With --in-process: once in each interval of this length since 1970 in UTC: 45s, 30m, 6h, 1d.",
      valueName: "interval"))
  var every: Interval?

  @Option(name: .customLong("name"), help: .init("The name of the run of a schedule.", visibility: .hidden))
  var scheduledName: String?

  @Option(
    name: .customLong("wait"),
    help: .init("The seconds to wait for another process that runs the dataset.", visibility: .hidden))
  var patience: Int?

  @OptionGroup var job: JobOptions
  @OptionGroup var tolerance: ToleranceOption
  @OptionGroup var output: RunOutputOptions
  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  /// The job, if it is to be run for every dataset that has it.
  private var jobOfAll: String? { !inProcess && dataset.given == nil ? job.job : nil }

  func validate() throws {
    try validateInProcess()
    if try withUsage({ try isScheduler }) { return }
    if let job = jobOfAll {
      guard items.isEmpty, !onlyMissing else {
        throw ValidationError("--item and --only-missing are for one dataset: give --dataset beside --job \(job)")
      }
      _ = try withUsage { try RunRange(days: days, start: start, end: end, first: date, last: last) }
      return
    }
    try job.validate(for: chosenDataset)
    let range = try withUsage { try self.range }
    if onlyMissing, range.workItems.isEmpty {
      throw ValidationError("--only-missing needs dates: --start and --end, DATE, or --item")
    }
  }

  private var range: RunRange {
    get throws {
      try RunRange(
        of: chosenDataset.resolve(), chosenDataset.plan(job: job.job), days: days, start: start, end: end, first: date,
        last: last,
        items: items, object: job.request)
    }
  }

  func run() throws {
    guard jobOfAll == nil else { return try runJob() }
    guard try !isScheduler else { return try ScheduleCommand.runInProcess(common.settings(), only: []) }
    let range = try range
    guard !inProcess else { return try runInProcess(range) }
    let dataset = try dataset.resolve()
    let session = try RunSession(common.settings(), output)
    var plan = range.plan(with: job.request)
    plan.maxFailures = tolerance.maxFailures
    let request = RunRequest(dataset: dataset.id, plan: plan, allowShrink: allowShrink ? true : nil)
    guard !onlyMissing, range.workItems.count <= Limits.maximumItems else {
      return try HistoryRun(session, dataset, request, onlyMissing: onlyMissing).run(range.workItems)
    }
    let today = try dataset.timeZoneRules().localDate(at: Date())
    let progress = try session.start(
      request, .init(description: range.description(today: today, in: dataset.timeZone)))
    try session.report(progress, of: dataset)
    try progress.exitUnlessSuccess()
  }

  /// Starts the job for every dataset that has it.
  private func runJob() throws {
    var plan = job.request
    (plan.daysAhead, plan.startDate) = (days, start ?? date)
    plan.endDate = end ?? last ?? plan.startDate
    plan.maxFailures = tolerance.maxFailures
    let session = try RunSession(common.settings(), output)
    try session.startJob(RunRequest(plan: plan, allowShrink: allowShrink ? true : nil))
  }
}
