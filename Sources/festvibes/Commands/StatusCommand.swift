import AWS
import ArgumentParser
import ConcertsSink
import Contracts
import Foundation
import Time

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the last runs and how fresh each date is, or one run date by date.",
    discussion: """
      Reads the ledger in the database that PG_DATABASE_URL names; of a run that has not closed itself it asks Step \
      Functions, when STATE_MACHINE_ARN is set, whether it was stopped. Where the database cannot be reached it shows \
      what Step Functions has of the runs of that state machine, and says so.
      """)

  @Argument(help: "A run's name, to see its dates.")
  var name: String?

  @Option(parsing: .unconditional, help: "How many runs to show.")
  var last = 10

  @Option(parsing: .unconditional, help: "The freshness of today, in the dataset's zone, and this many days after it.")
  var days = 30

  func validate() throws {
    guard (1...100).contains(last) else { throw ValidationError("--last must be between 1 and 100") }
    guard (0..<RunRange.maximumDates).contains(days) else {
      throw ValidationError("--days must be between 0 and \(RunRange.maximumDates - 1)")
    }
  }

  func run() throws {
    let settings = Settings()
    let terminal = Terminal.standardOutput()
    var reason = "PG_DATABASE_URL is not set"
    if settings.hasDatabase {
      do {
        if let lines = try ledger(settings, terminal) {
          for line in lines { print(line) }
          return
        }
        reason = "it has no run '\(name ?? "")'"
      } catch let error as PipelineError {
        reason = error.message
      } catch let error as CommandError {
        reason = error.description
      }
    }
    let lines: [String]
    do { lines = try withReadableErrors(settings.environment) { try executions(settings, terminal) } } catch let error
      as CommandError
    {
      throw settings.hasDatabase ? CommandError("\(error)\nThe ledger does not tell either: \(reason)") : error
    }
    for line in lines + ["", "This is from Step Functions, not from the ledger: \(reason)"] { print(line) }
  }

  /// - Returns: nil when the ledger has no such run.
  private func ledger(_ settings: Settings, _ terminal: Terminal) throws -> [String]? {
    let now = Date()
    let ends = RunStatusResolver(settings)
    // Who waits for a screen waits less long than a function does.
    return try Stores(settings).database("festvibes-status", within: .seconds(10)) { database, deadline in
      if let name {
        guard let found = try database.run(named: name, of: .wwoz, until: deadline) else { return nil }
        return LedgerRunReport(run: ends.known(of: found.record), dates: found.dates, now: now, zone: .current).lines(
          for: terminal)
      }
      let runs = try database.runs(of: .wwoz, last: last, until: deadline).map { record in
        let dates =
          record.datesFailed > 0 ? try database.run(named: record.run, of: .wwoz, until: deadline)?.dates ?? [] : []
        return LedgerReport.Run(record: ends.known(of: record), failures: dates.compactMap(\.failure))
      }
      let today = try Dataset.wwoz.timeZoneRules().localDate(at: now)
      let freshness = try database.freshness(of: today...today.adding(days: days), in: .wwoz, until: deadline)
      return LedgerReport(runs: runs, freshness: freshness, now: now, zone: .current).lines(for: terminal)
    }
  }

  private func executions(_ settings: Settings, _ terminal: Terminal) throws -> [String] {
    let machine = try settings.stateMachine()
    let client = try StepFunctionsClient(settings.session(for: machine))
    guard let name else {
      return StatusReport(runs: try RunHistory(client).last(last, of: machine), now: Date(), zone: .current)
        .lines(for: terminal)
    }
    let arn = Settings.execution(name, of: machine)
    let progress: RunProgress
    do { progress = try ExecutionFollower(RemoteExecutions(client), arn: arn).poll() } catch let error as AWSError
      where error.kind == .notFound
    {
      throw CommandError("there is no run '\(name)'; `festvibes status` lists the last ones")
    }
    return RunReport(progress: progress, now: Date(), isFull: true).lines(for: terminal)
  }
}
