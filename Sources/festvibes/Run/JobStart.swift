import AWS
import Contracts
import Foundation

/// The runs that an execution of a job has started.
struct JobStart: Equatable {
  struct Run: Equatable {
    let name: String
    /// The id of its dataset; nil if it is not known.
    let dataset: String?

    /// The command that follows the run.
    var watch: NextStep {
      NextStep("watch \(NextStep.quoted(name))" + (dataset.map { " --dataset \(NextStep.quoted($0))" } ?? ""))
    }
  }

  /// The name of the job's own execution.
  let name: String
  let jobType: String
  let runs: [Run]

  /// The lines for a person: each run with the command that follows it.
  var lines: [String] {
    ["Job \(jobType): started \(runs.count == 1 ? "1 run" : "\(runs.count) runs")"]
      + runs.map { "  \($0.dataset ?? $0.name): \($0.watch.command)" }
  }

  /// The same for programs.
  var fields: [String: Any] {
    [
      "run": name, "job_type": jobType, "status": "started",
      "executions": runs.map { run in
        ["run": run.name, "dataset": RunObject.nullable(run.dataset), "next": run.watch.command] as [String: Any]
      },
    ]
  }
}

extension RunSession {
  /// The time that the start of a job may take: that of the generator with its retries.
  private static let jobLimit = 300.0

  /// Starts a job for every dataset that has it, and reports the runs.
  func startJob(_ request: RunRequest) throws {
    let arn = try Self.withNextStep(environment) {
      try client.startExecution(
        of: machine, name: Self.name(at: Date()), input: try Self.json(request), deadline: deadline)
    }
    try reportJob(arn)
  }

  /// Waits until a job has started its runs, and reports them.
  /// - Throws: `CommandError` for a job that could not be started.
  func reportJob(_ arn: String) throws {
    let job = try Self.withNextStep(environment) { try jobStart(try ended(arn)) }
    guard output.json else { return try Output.lines(job.lines) }
    var fields = job.fields
    if output.follow { fields["event"] = "job_started" }
    try Output.lines([JSONText.line(fields)])
  }

  private func ended(_ arn: String) throws -> Execution {
    let limit = Date() + Self.jobLimit
    var execution = try client.describeExecution(arn, deadline: deadline)
    while !execution.status.isFinal {
      guard Date() < limit else {
        throw CommandError(
          "\(execution.name) has not started its runs after \(Int(Self.jobLimit)) s\n"
            + NextStep("watch \(NextStep.quoted(execution.name))").line)
      }
      Thread.sleep(forTimeInterval: 0.5)
      execution = try client.describeExecution(arn, deadline: deadline)
    }
    return execution
  }

  private func jobStart(_ execution: Execution) throws -> JobStart {
    struct Started: Decodable { let executions: [String] }
    let name = execution.name
    guard execution.status == .succeeded,
      let started = try? JSONDecoder().decode(Started.self, from: Data((execution.output ?? "").utf8))
    else {
      let reason = execution.failure.map { ": \($0.description)" } ?? ""
      throw CommandError(
        "\(name) did not start its runs\(reason)\n\(NextStep("logs --run \(NextStep.quoted(name)) --errors").line)")
    }
    let runs = try started.executions.map { run in
      JobStart.Run(name: run, dataset: try self.execution(run)?.facts.dataset)
    }
    return JobStart(name: name, jobType: execution.facts.jobType ?? "", runs: runs)
  }
}
