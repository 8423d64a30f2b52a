import AWS
import Contracts
import Foundation
import Ledger

/// Runs that Step Functions does not have.
extension RunReconciler {
  /// The age up to which Step Functions may not know a run yet, in seconds.
  private static let youth = 60.0

  /// Closes a run that the ledger has as open, and that Step Functions answers not to have.
  /// - Throws: the error of a state machine that does not exist: it says nothing about its runs.
  func lost(_ known: RunStatus, _ calls: Calls) throws -> RunStatus {
    guard known.record.status == .running else { return forgotten(known) }
    let run = known.record.run
    guard time.now.timeIntervalSince(known.record.startedAt) >= Self.youth else {
      var young = known
      young.notes.append("Step Functions does not know \(run), which began less than a minute ago: ask again later.")
      return young
    }
    _ = try calls.latest(1)
    // A load may have been committed since.
    let found = try calls.read(run).map { RunStatus(record: $0.record, items: $0.items) } ?? known
    guard found.record.status == .running else { return found }
    return settled(RunSettlement(lost: found), found, calls)
  }

  /// A run that has ended, and of whose items Step Functions can no longer be asked.
  func forgotten(_ known: RunStatus) -> RunStatus {
    var run = known
    run.notes.append(
      "Step Functions no longer has all of \(known.record.run): whether its items began is unknown. AWS keeps executions "
        + "for 90 days, the local stack until it stops.")
    return run
  }
}

extension RunReconciler.Calls {
  /// Returns a run's execution; nil if Step Functions answers that it has none.
  func execution(_ run: String) throws -> Execution? {
    do { return try executions.execution(arn(run)) } catch let error as AWSError where error.saysNoExecution {
      return nil
    }
  }
}

extension AWSError {
  /// True if Step Functions has answered, and does not have the execution.
  var saysNoExecution: Bool { code == "ExecutionDoesNotExist" }
}
