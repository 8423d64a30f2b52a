import AWS
import Contracts
import Datasets
import Foundation
import Time

/// Starts runs, follows them to their ends and reports them.
final class RunSession {
  let settings: Settings
  let output: RunOutputOptions
  let machine: String
  let client: StepFunctionsClient
  var environment: [String: String] { settings.environment }
  var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  /// - Throws: `CommandError` for missing or wrong settings.
  init(_ settings: Settings, _ output: RunOutputOptions) throws {
    self.settings = settings
    self.output = output
    machine = try settings.stateMachine()
    let session = try settings.session(for: machine)
    client = try Self.withNextStep(settings.environment) { try StepFunctionsClient(session) }
  }

  /// The words that introduce a run, and what else is to do if the command ends before it.
  struct Introduction {
    /// The work of the run, for a person: `2024-05-31 to 2024-06-02`.
    var description: String
    /// The run whose items are tried again.
    var retryOf: String?
    /// The end of the name of a run that is a part of several: `-1of3`.
    var suffix = ""
    /// The step after this run, if the command ends before it.
    var afterwards: NextStep?
  }

  /// Starts an execution and follows it to its end.
  func start(_ request: RunRequest, _ introduction: Introduction) throws -> RunProgress {
    let dataset = try settings.datasetsWithoutSecrets.dataset(request.dataset)
    return try Self.withNextStep(environment) {
      let input = try Self.json(request)
      settings.log.debug("start of an execution", ["input": .text(input)])
      let arn = try client.startExecution(
        of: machine, name: Self.name(at: Date()) + introduction.suffix, input: input, deadline: deadline)
      return try follow(arn, of: dataset, introduction)
    }
  }

  /// Follows an execution to its end.
  func follow(_ arn: String, of dataset: Dataset, _ introduction: Introduction) throws -> RunProgress {
    let name = String(arn.split(separator: ":").last ?? "")
    let watch = NextStep("watch \(NextStep.quoted(name))\(dataset.option)")
    let next = introduction.afterwards.map(watch.before) ?? watch
    InterruptHandler.install(message: "\nNo longer watching. The run continues.\n\(next.line)\n")
    do {
      if output.follow {
        try Output.lines([
          JSONText.line([
            "event": "run_started", "run": name, "dataset": dataset.id, "description": introduction.description,
            "retry_of": RunObject.nullable(introduction.retryOf),
          ])
        ])
      } else if !output.json {
        try Output.lines(["Run \(name): \(introduction.description)"])
      }
      return try monitor(ExecutionFollower(RemoteExecutions(client), arn: arn), dataset)
    } catch var error as OutputError {
      error.consequence = "The run goes on: \(NextStep("status \(NextStep.quoted(name))\(dataset.option)").command)"
      throw error
    } catch let error as AWSError {
      throw CommandError("\(CommandError(error, environment: settings.environment).withoutNext)\n\(next.line)")
    }
  }

  private func monitor(_ follower: ExecutionFollower, _ dataset: Dataset) throws -> RunProgress {
    var display: any RunDisplay = PlainDisplay(words: dataset.words, write: Output.write)
    if output.json {
      display = JSONDisplay(dataset: dataset, follows: output.follow, write: Output.write)
    } else if Terminal.standardOutput().isInteractive {
      display = LiveDisplay(terminal: { .standardOutput() }, words: dataset.words, write: Output.draw)
    }
    do {
      let scrapes = output.json ? nil : ScrapeProgressReader(settings)
      let progress = try RunMonitor(follower: follower, time: SystemTime()).run {
        try display.show(scrapes?.adding(to: $0) ?? $0, at: Date())
      }
      try display.finish()
      return progress
    } catch {
      // The error that is reported is the first one.
      try? display.finish()
      throw error
    }
  }

  /// Prints the report of a run that was followed.
  func report(_ progress: RunProgress, of dataset: Dataset, retryOf: String? = nil) throws {
    let now = Date()
    if output.json {
      var fields = RunObject(progress: progress, dataset: dataset, now: now, retryOf: retryOf).fields
      if output.follow { fields["event"] = "run_ended" }
      return try Output.lines([JSONText.line(fields)])
    }
    var lines = RunReport(progress: progress, dataset: dataset, now: now).lines(for: .standardOutput())
    if let next = RunAdvice(progress: progress, dataset: dataset).step { lines.append(next.line) }
    try Output.lines(lines, styled: true)
  }

  /// Returns an execution by its run's name; nil if there is none.
  func execution(_ name: String) throws -> Execution? {
    try Self.withNextStep(environment) {
      do {
        return try client.describeExecution(Settings.execution(name, of: machine), deadline: deadline)
      } catch let error as AWSError where error.kind == .notFound && error.code != "StateMachineDoesNotExist" {
        return nil
      }
    }
  }

  /// Returns the name of the newest run, or of a dataset besides the standard one its newest among the last runs; nil if
  /// there is none.
  func newest(of dataset: Dataset) throws -> String? {
    try Self.withNextStep(environment) {
      let isOther = !dataset.option.isEmpty
      let runs = try client.listExecutions(of: .stateMachine(machine), limit: isOther ? 50 : 1, deadline: deadline)
      guard isOther else { return runs.first?.name }
      return try runs.first { run in
        try client.describeExecution(run.executionArn, deadline: deadline).facts.dataset == dataset.id
      }?.name
    }
  }

  /// Returns the known progress of an execution.
  func progress(of execution: Execution) throws -> RunProgress {
    try Self.withNextStep(environment) {
      try ExecutionFollower(RemoteExecutions(client), arn: execution.executionArn).poll()
    }
  }

  /// Stops an execution.
  func stop(_ execution: Execution, because cause: String) throws {
    try Self.withNextStep(environment) {
      try client.stopExecution(execution.executionArn, cause: cause, deadline: deadline)
    }
  }

  /// Makes errors of AWS readable, each with the command that helps on.
  static func withNextStep<Value>(_ environment: [String: String], _ body: () throws -> Value) throws -> Value {
    do { return try withReadableErrors(environment, body) } catch let error as CommandError {
      let hasStep = error.withoutNext != error.description
      throw hasStep ? error : CommandError("\(error)\n\(NextStep("doctor").line)")
    }
  }

  /// The error about a run that neither Step Functions nor the ledger knows.
  static func unknown(_ name: String, _ option: String) -> CommandError {
    CommandError("there is no run '\(name)'\n\(NextStep("status\(option)").line)")
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
}

extension CommandError {
  /// The description without a last line `next: …`, for an error that has a better next step.
  var withoutNext: String {
    description.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("next: ") }
      .joined(separator: "\n")
  }
}

extension Execution {
  /// The request that the execution was started with; nil if its input cannot be read.
  var request: RunRequest? {
    try? JSONDecoder().decode(RunRequest.self, from: Data((input ?? "").utf8))
  }
}
