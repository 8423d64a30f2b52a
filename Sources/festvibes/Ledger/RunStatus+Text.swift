import AWS
import Contracts
import Foundation

extension RunStatus {
  /// The reason why the run was given up; for a run that reached its end, what it did not do beside items and records.
  var failure: RunFailure? {
    record.failure?.counting(failed: failed, of: record.items.count)
  }

  func statusCell(at now: Date) -> TextTable.Cell { record.statusCell(at: now) }

  /// The duration; empty for a run that ended at an unknown time.
  func took(at now: Date) -> String { record.took(at: now) }

  /// The number of items in each state that some have, as words: `5 done, 1 failed, 2 not tried`.
  var counts: String {
    guard !items.isEmpty else { return "\(done) done, \(failed) failed" }
    return ItemState.allCases.compactMap { state in
      let count = count(state)
      return count > 0 || state == .done || state == .failed ? "\(count) \(state.name)" : nil
    }.joined(separator: ", ")
  }
}
