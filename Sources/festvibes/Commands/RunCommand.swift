import AWS
import ArgumentParser
import Foundation
import Time

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a night: scrape, load and cache each date, and show what came of it.",
    discussion: """
      Starts an execution of the state machine that STATE_MACHINE_ARN names and follows it to its end: a bar for each \
      date on a terminal, a line for each on a pipe, and a table at the end.

      Exit status: 0 when every date was done, 1 when any failed or the cache may be older than the database, 64 for \
      options that make no sense, 130 after Ctrl-C; the run then goes on by itself, and `festvibes status` shows what \
      becomes of it.
      """)

  // So that -3 is a number out of range, and no unknown option.
  @Option(parsing: .unconditional, help: "Today, in the dataset's zone, and this many days after it (default: 30).")
  var days: Int?

  @Option(help: "The first date, as 2024-05-31.")
  var start: String?

  @Option(help: "The last date.")
  var end: String?

  @Flag(help: "Load a listing also when it has lost most of its date's stored shows.")
  var allowShrink = false

  func validate() throws { _ = try withUsage { try range } }

  private var range: RunRange {
    get throws { try RunRange(days: days, start: start, end: end) }
  }

  func run() throws {
    let range = try range
    try Self.start(
      RunInput(range, allowingShrinkage: allowShrink), saying: range.description, with: Settings())
  }

  /// Starts an execution and follows it to its end.
  /// - Parameter description: for people, what it is for.
  /// - Throws: `ExitCode.failure` when a date failed.
  static func start(_ input: RunInput, saying description: String, with settings: Settings) throws {
    let machine = try settings.stateMachine()
    let session = try settings.session(for: machine)
    let progress = try withReadableErrors(settings.environment) {
      let client = try StepFunctionsClient(session)
      let arn = try client.startExecution(
        of: machine, name: name(at: Date()), input: input.json,
        deadline: Deadline(after: .seconds(30), on: SystemTime()))
      InterruptHandler.install(message: "\nNo longer watching. The run goes on; `festvibes status` shows it.\n")
      Terminal.write("Run \(arn.split(separator: ":").last ?? ""): \(description)\n")
      return try follow(ExecutionFollower(RemoteExecutions(client), arn: arn))
    }
    for line in RunReport(progress: progress, now: Date()).lines(for: .standardOutput()) { print(line) }
    if !progress.isSuccess { throw ExitCode.failure }
  }

  /// `cli-20260510T080000Z-4f2a`: sorts by time, and never occurs twice.
  static func name(at now: Date) -> String {
    let stamp = now.ISO8601Format().filter { $0 != "-" && $0 != ":" }
    let random = String(UInt16.random(in: 0x1000...0xFFFF), radix: 16)
    return "cli-\(stamp)-\(random)"
  }

  static func follow(_ follower: ExecutionFollower) throws -> RunProgress {
    var display: any RunDisplay =
      Terminal.standardOutput().isInteractive
      ? LiveDisplay(terminal: { .standardOutput() }, write: Terminal.write) : PlainDisplay(write: Terminal.write)
    defer { display.finish() }
    return try RunMonitor(follower: follower, time: SystemTime()).run { display.show($0, at: Date()) }
  }
}
