import AWS
import Contracts
import Foundation

/// Runs that did nothing because another one held the dataset's lock.
extension RunReconciler {
  /// Returns such a run, of which the ledger gets no row: it has neither items nor records of its own.
  func locked(_ known: RunStatus, _ execution: Execution, _ progress: RunProgress) -> RunStatus {
    var run = known
    run.record.status = .failed
    run.record.error = progress.failure?.name ?? PipelineError.Name.runLocked.rawValue
    run.record.cause = progress.failure?.message
    run.record.endedAt = execution.stopDate
    return run
  }
}
