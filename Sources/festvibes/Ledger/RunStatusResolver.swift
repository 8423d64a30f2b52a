import AWS
import ConcertsSink
import Time

/// How runs ended that did not come to close themselves: Step Functions knows, when it can be asked.
struct RunStatusResolver {
  private let machine: String?
  private let client: StepFunctionsClient?
  /// For all runs together: the ledger alone is an answer too.
  private let deadline = Deadline(after: .seconds(5), on: SystemTime())

  init(_ settings: Settings) {
    machine = try? settings.stateMachine()
    client = machine.flatMap { try? StepFunctionsClient(settings.session(for: $0)) }
  }

  /// - Returns: the record itself when nothing more is known.
  func known(of run: RunRecord) -> RunRecord {
    guard run.status == .running, let machine, let client,
      let execution = try? client.describeExecution(Settings.execution(run.run, of: machine), deadline: deadline)
    else { return run }
    return run.ended(as: execution)
  }
}
