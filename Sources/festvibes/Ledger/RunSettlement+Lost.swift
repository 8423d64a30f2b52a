import Advice
import Contracts
import Foundation
import Ledger

extension RunSettlement {
  private static let causeOfLoss =
    "Step Functions no longer has the run: AWS keeps executions for 90 days, the local stack until it stops"

  /// Takes the end of a run from the ledger alone, because Step Functions no longer has it.
  ///
  /// Items begin in their order. So those before the last one that ended had begun, too; of the others there is no trace.
  /// A run whose items were all loaded was lost after its work, and has the status that its items imply.
  init(lost run: RunStatus) {
    let record = run.record
    let failures = run.failures
    let isEnded = { (item: RunItem) in item.load != nil || item.failure != nil }
    let last = run.items.last(where: isEnded)?.item.id
    let undone = run.items.filter { !isEnded($0) }.map(\.item.id)
    let endedAt = (run.items.compactMap(\.load?.loadedAt) + failures.map(\.failedAt)).max()
    self.init(
      opening: RunOpening(
        trigger: record.trigger, startedAt: record.startedAt, items: record.items, origin: record.origin),
      endedAt: max(endedAt ?? record.startedAt, record.startedAt),
      end: undone.isEmpty && !run.items.isEmpty
        ? .finished(cause: nil) : .failed(error: RunRecord.lostError, cause: Self.causeOfLoss),
      failures: failures, aborted: undone.filter { id in last.map { id < $0 } ?? false },
      notTried: undone.filter { id in last.map { id > $0 } ?? true })
  }
}
