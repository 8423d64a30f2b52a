import AWS
import Contracts
import Time

/// Asks Step Functions how open runs ended that could not close themselves.
struct RunStatusResolver {
  private let machine: String?
  private let client: StepFunctionsClient?
  /// The deadline for all runs together. The ledger alone is a useful report too.
  private let deadline = Deadline(after: .seconds(5), on: SystemTime())

  init(_ settings: Settings) {
    machine = try? settings.stateMachine()
    client = machine.flatMap { try? StepFunctionsClient(settings.session(for: $0)) }
  }

  /// - Returns: the run, completed from its execution; the same run if nothing more is known.
  func resolve(_ run: RunRecord) -> RunRecord {
    guard run.status == .running, let machine, let client,
      let execution = try? client.describeExecution(Settings.execution(run.run, of: machine), deadline: deadline)
    else { return run }
    return run.ended(as: execution)
  }
}
