import AWS
import ArgumentParser
import Contracts
import Foundation
import Loading
import Time

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the last runs and how fresh each date is, or one run date by date.",
    discussion: """
      Reads the ledger in the database that PG_DATABASE_URL names. For a run that could not close itself it asks Step \
      Functions, if STATE_MACHINE_ARN is set, whether it was stopped. If the database cannot be reached, it shows what \
      Step Functions knows of the runs, and says so.
      """)

  @Argument(help: "A run's name, to see its dates.")
  var name: String?

  @Option(parsing: .unconditional, help: "The number of runs to show.")
  var last = 10

  @Option(parsing: .unconditional, help: "The freshness of today, in the dataset's zone, and this many days after it.")
  var days = 30

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (1...100).contains(last) else { throw ValidationError("--last must be between 1 and 100") }
    guard (0..<Limits.maximumItems).contains(days) else {
      throw ValidationError("--days must be between 0 and \(Limits.maximumItems - 1)")
    }
  }

  func run() throws {
    let settings = common.settings()
    let terminal = Terminal.standardOutput()
    var reason = "PG_DATABASE_URL is not set"
    if settings.hasDatabase {
      do {
        if let lines = try ledger(settings, dataset.resolve(), terminal) {
          try Output.lines(lines, styled: true)
          return
        }
        reason = "it has no run '\(name ?? "")' of the dataset \(dataset.dataset)"
      } catch let error as PipelineError {
        reason = error.message
      } catch let error as CommandError {
        reason = error.description
      }
    }
    let lines: [String]
    do {
      lines = try withReadableErrors(settings.environment) { try executions(settings, terminal) }
    } catch let error as CommandError {
      throw settings.hasDatabase ? CommandError("\(error)\nThe ledger did not help either: \(reason)") : error
    }
    try Output.lines(lines, styled: true)
    try Output.lines(["", "This is from Step Functions, not from the ledger: \(reason)"])
  }

  /// - Returns: nil if the ledger has no such run.
  private func ledger(_ settings: Settings, _ dataset: Dataset, _ terminal: Terminal) throws -> [String]? {
    let now = Date()
    let resolver = RunStatusResolver(settings)
    // A person waits for this: less long than a function would.
    return try Stores(settings).loading("festvibes-status", within: .seconds(10)) { loading, deadline in
      let ledger = loading.ledger
      if let name {
        guard let found = try ledger.run(named: name, of: dataset, deadline: deadline) else { return nil }
        return LedgerRunReport(
          run: resolver.resolve(found.record), dataset: dataset, items: found.items, now: now, zone: .current
        ).lines(for: terminal)
      }
      let runs = try ledger.runs(of: dataset, last: last, deadline: deadline).map { record in
        let items =
          record.itemsFailed > 0 ? try ledger.run(named: record.run, of: dataset, deadline: deadline)?.items ?? [] : []
        return LedgerReport.Run(record: resolver.resolve(record), failures: items.compactMap(\.failure))
      }
      let today = try dataset.timeZoneRules().localDate(at: now)
      let items = (today...today.adding(days: days)).dates.map(WorkItem.init(date:))
      return LedgerReport(
        runs: runs, dataset: dataset, freshness: try ledger.freshness(of: items, in: dataset, deadline: deadline),
        stored: try stored(items, dataset, loading, deadline), now: now, zone: .current
      ).lines(for: terminal)
    }
  }

  /// Returns the number of stored records of each item, by its id; nothing if the sinks' settings are missing or wrong:
  /// the functions have them, and the operator, who reads only the ledger, may not.
  private func stored(
    _ items: [WorkItem], _ dataset: Dataset, _ loading: LoadingRegistry, _ deadline: Deadline
  ) throws(PipelineError) -> [String: Int] {
    do {
      return try loading.storedCounts(of: items, in: dataset, deadline: deadline)
    } catch {
      guard error.name == .configurationInvalid else { throw error }
      return [:]
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
    do {
      progress = try ExecutionFollower(RemoteExecutions(client), arn: arn).poll()
    } catch let error as AWSError {
      guard error.kind == .notFound else { throw error }
      throw CommandError("there is no run '\(name)'; `festvibes status` lists the last ones")
    }
    return try RunReport(progress: progress, dataset: dataset.resolve(), now: Date(), isFull: true)
      .lines(for: terminal)
  }
}
