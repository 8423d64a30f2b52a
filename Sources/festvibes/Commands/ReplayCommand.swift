import ArgumentParser
import Contracts
import Foundation

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Process dates again from archived pages, with today's code and no request to the source.",
    discussion: """
      `festvibes replay 2024-05-31` replays one date, `festvibes replay 2024-05-01 2024-05-31` a range: each date is \
      scraped from its archive, loaded and cached as in a run, and followed like one. The newest archive whose listing \
      today's code understands is read; with --run, that run's archive, however old. If a later listing has been loaded \
      since, nothing changes, and the report says so. A date without an archive fails, and the others continue.

      With --dry-run nothing is started and nothing changes: the dates are read from their archives here and loaded in a \
      transaction that is rolled back, and the differences are printed: `+` an event that would be added, `-` one that \
      would be removed, `~` one with other fields, `!` a record that would be rejected. Only numbers of the database's \
      sequences are consumed. Each date is compared with what is stored now, not with what the dates before it would \
      change. A run at the same time waits for one date's transaction at most: a few round trips, or 15 s for a dry run \
      that was interrupted. It needs PG_DATABASE_URL, and credentials that may read S3_BUCKET_NAME.

      Exit status: 0 if every date was done, whatever it changed or would change; 1 if any failed; 64 for invalid \
      arguments; 130 after Ctrl-C.
      """)

  @Argument(help: "The date, or the first one, as 2024-05-31.")
  var date: String

  @Argument(help: "The last date.")
  var last: String?

  @Option(name: .customLong("run"), help: "The run whose archives are read.")
  var runName: String?

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @Flag(help: "Load a listing even if it has lost most of its date's stored events.")
  var allowShrink = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try withUsage { try range } }

  private var range: RunRange {
    get throws { try RunRange.between(date, "DATE", last ?? date, "LAST") }
  }

  func run() throws {
    let range = try range
    let dataset = try dataset.resolve()
    guard dryRun else {
      return try RunCommand.start(
        RunRequest(
          dataset: dataset.id, plan: range.plan, replay: .init(run: runName), allowShrink: allowShrink ? true : nil),
        described: "\(range.description), from \(archive)", with: common.settings())
    }
    var isSuccess = true
    let terminal = Terminal.standardOutput()
    let dryRuns = try DryRuns(of: dataset, common.settings(), allowsShrinkage: allowShrink)
    for item in range.dates.map(WorkItem.init(date:)) {
      let report = DryRunReport(item: item, outcome: Result { try dryRuns.run(item, ofRun: runName) })
      try Output.lines(report.lines(for: terminal))
      isSuccess = isSuccess && report.isSuccess
    }
    if !isSuccess { throw ExitCode.failure }
  }

  private var archive: String { runName.map { "the archive of \($0)" } ?? "the newest archive" }
}
