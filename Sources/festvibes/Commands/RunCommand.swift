import AWS
import ArgumentParser
import Contracts
import Datasets
import Foundation
import Time

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the pipeline: scrape, load and cache each date, and show the results.",
    discussion: """
      Starts an execution of the state machine in STATE_MACHINE_ARN and follows it to its end: a bar for each date on a \
      terminal, a line for each on a pipe, and a table at the end.

      Exit status: 0 if every date was done, also if the source did not give all of it, which table and outcome say; 1 if \
      any failed, or the cache may be older than the database; 64 for \
      invalid options; 74 if the output cannot be written; 130 after Ctrl-C. After the last two the run continues by \
      itself, and `festvibes status` shows it.
      """)

  // Unconditional, so that -3 is a number out of range and not an unknown option.
  @Option(parsing: .unconditional, help: "Today, in the dataset's zone, and this many days after it (default: 30).")
  var days: Int?

  @Option(help: "The first date, as 2024-05-31.")
  var start: String?

  @Option(help: "The last date.")
  var end: String?

  @Flag(help: "Load a listing even if it has lost most of its date's stored events.")
  var allowShrink = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try withUsage { try range } }

  private var range: RunRange {
    get throws { try RunRange(days: days, start: start, end: end) }
  }

  func run() throws {
    let range = try range
    try Self.start(
      RunRequest(dataset: dataset.resolve().id, plan: range.plan, allowShrink: allowShrink ? true : nil),
      described: range.description, with: common.settings())
  }

  /// Starts an execution and follows it to its end.
  /// - Parameter description: the range, for a person.
  /// - Throws: `ExitCode.failure` if an item failed.
  static func start(_ request: RunRequest, described description: String, with settings: Settings) throws {
    let dataset = try Datasets.dataset(request.dataset)
    let machine = try settings.stateMachine()
    let session = try settings.session(for: machine)
    let progress = try withReadableErrors(settings.environment) {
      let client = try StepFunctionsClient(session)
      let input = try json(request)
      settings.log.debug("start of an execution", ["input": .text(input)])
      let arn = try client.startExecution(
        of: machine, name: name(at: Date()), input: input, deadline: Deadline(after: .seconds(30), on: SystemTime()))
      InterruptHandler.install(message: "\nNo longer watching. The run continues; `festvibes status` shows it.\n")
      let name = arn.split(separator: ":").last ?? ""
      do {
        try Output.lines(["Run \(name): \(description)"])
        return try follow(ExecutionFollower(RemoteExecutions(client), arn: arn))
      } catch var error as OutputError {
        error.consequence = "The run goes on: festvibes status \(name)\(dataset.option)"
        throw error
      }
    }
    let report = RunReport(progress: progress, dataset: dataset, now: Date())
    try Output.lines(report.lines(for: .standardOutput()), styled: true)
    if !progress.isSuccess { throw ExitCode.failure }
  }

  /// The request as the execution's input.
  static func json(_ request: RunRequest) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(request), as: UTF8.self)
  }

  /// A name that sorts by time and is unique: `cli-20260510T080000Z-4f2a`.
  static func name(at now: Date) -> String {
    let stamp = now.ISO8601Format().filter { $0 != "-" && $0 != ":" }
    let random = String(UInt16.random(in: 0x1000...0xFFFF), radix: 16)
    return "cli-\(stamp)-\(random)"
  }

  static func follow(_ follower: ExecutionFollower) throws -> RunProgress {
    var display: any RunDisplay =
      Terminal.standardOutput().isInteractive
      ? LiveDisplay(terminal: { .standardOutput() }, write: Output.draw) : PlainDisplay(write: Output.write)
    do {
      let progress = try RunMonitor(follower: follower, time: SystemTime()).run { try display.show($0, at: Date()) }
      try display.finish()
      return progress
    } catch {
      // The error that is reported is the first one.
      try? display.finish()
      throw error
    }
  }
}
