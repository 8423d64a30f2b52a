import FoundationEssentials
import Time

/// The ledger of runs, as the loader writes it.
public protocol RunLedger: AnyObject {
  /// Writes an event of a run. Writing it twice has the same result.
  /// - Returns: the state of the run after it; nil if the ledger has no opening of the run.
  func record(
    _ event: LedgerEvent, ofRun run: String, in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> RunRecord?

  /// Writes a load that no sink has written into the ledger itself, and the records that it rejected.
  /// - Parameter document: the extract document, from which rejected records are copied.
  func recordLoad(
    _ report: LoadReport, of document: Data, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError)
}
