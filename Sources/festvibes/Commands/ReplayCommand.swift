import ArgumentParser
import Foundation

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Make dates again from archived pages, with today's code and no request to the source.",
    discussion: """
      `festvibes replay 2024-05-31` for a date, `festvibes replay 2024-05-01 2024-05-31` for all dates from one to \
      another: scraped from the archive, loaded and cached as in a night, and followed like one. Of each date the newest \
      archive is read whose listing today's code understands; with --run that run's, however old. Where a later listing \
      has been loaded since, nothing changes, and the end says so. A date that has no archive fails, and the others go on.

      With --dry-run nothing is started and nothing changes: the dates are read from their archives here, loaded in a \
      transaction that is rolled back, and what would be different is printed: `+` a show that would be there, `-` one \
      that would not, `~` one with other fields, `!` a record that would be set aside. All that stays are gaps in the \
      numbers that the database gives out. Of several dates each is compared with what is stored now, not with what the \
      dates before it would change. A night that runs meanwhile waits for one date's transaction at most, a few \
      round trips, or 15 s for a dry run that is cut off in its midst. It needs PG_DATABASE_URL, and credentials that may \
      read S3_BUCKET_NAME.

      Exit status: 0 when every date was done, whatever it changed or would change; 1 when any failed; 64 for arguments \
      that make no sense; 130 after Ctrl-C.
      """)

  @Argument(help: "The date, or the first one, as 2024-05-31.")
  var date: String

  @Argument(help: "The last date.")
  var last: String?

  @Option(name: .customLong("run"), help: "The run whose archives are read.")
  var runName: String?

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @Flag(help: "Load a listing also when it has lost most of its date's stored shows.")
  var allowShrink = false

  func validate() throws { _ = try withUsage { try range } }

  private var range: RunRange {
    get throws { try RunRange.between(date, "DATE", last ?? date, "LAST") }
  }

  func run() throws {
    let range = try range
    guard dryRun else {
      return try RunCommand.start(
        RunInput(range, replay: .init(run: runName), allowingShrinkage: allowShrink),
        saying: "\(range.description), from \(archive)", with: Settings())
    }
    var isSuccess = true
    let terminal = Terminal.standardOutput()
    let dryRuns = try DryRuns(Settings(), allowingShrinkage: allowShrink)
    for date in range.dates {
      let report = DryRunReport(date: date, outcome: Result { try dryRuns.dryRun(date, ofRun: runName) })
      for line in report.lines(for: terminal) { print(line) }
      isSuccess = isSuccess && report.isSuccess
    }
    if !isSuccess { throw ExitCode.failure }
  }

  private var archive: String { runName.map { "the archive of \($0)" } ?? "the newest archive" }
}
