import Contracts
import Foundation
import Ledger

/// A run with the state of each item: by the ledger, completed from Step Functions.
struct RunStatus {
  var record: RunRecord
  /// Sorted by id.
  var items: [RunItem] = []
  /// The states of the items of a run that goes on, by their ids, as Step Functions has them.
  var live: [String: ItemState] = [:]
  /// True if the ledger has the run as open, and Step Functions no longer has it.
  var isLost = false
  /// Remarks for a person, a line each.
  var notes: [String] = []

  func state(of item: RunItem) -> ItemState {
    live[item.item.id]
      ?? ItemState(of: item.item.id, in: record, isLoaded: item.load != nil, hasFailed: item.failure != nil)
  }

  func count(_ state: ItemState) -> Int { items.count { self.state(of: $0) == state } }

  /// The number of items that are done.
  var done: Int { items.isEmpty ? record.itemsLoaded : count(.done) }
  var failed: Int { items.isEmpty ? record.itemsFailed : count(.failed) }

  /// True if the run has ended, or is known to have, and did not do all that it was asked for.
  var isFailure: Bool {
    if record.status == .failed || isLost { return true }
    return failed + count(.aborted) + count(.notTried) + count(.unknown) > 0
  }

  /// True if nothing is to be expected of the run any more.
  var isOver: Bool { record.status != .running || isLost }

  /// The failures of its items.
  var failures: [ItemFailure] { items.compactMap(\.failure) }

  /// The items that were neither done nor failed, and why, as a sentence; nil if there are none.
  var undone: String? {
    let parts: [(ItemState, String)] = [
      (.aborted, "were stopped with the run"), (.notTried, "were not tried, because the run ended before"),
      (.unknown, "were not done; whether they had begun, only Step Functions knows"),
    ]
    let sentences = parts.compactMap { state, text -> String? in
      let ids = items.filter { self.state(of: $0) == state }.map(\.item.id)
      guard !ids.isEmpty else { return nil }
      let more = ids.count > 3 ? " and \(ids.count - 3) more" : ""
      return "\(ids.prefix(3).joined(separator: ", "))\(more) \(ids.count == 1 ? text.replacing("were ", with: "was ").replacing("they", with: "it") : text)."
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The items whose documents lack many pages, as a sentence; nil if there are none.
  var unread: String? {
    guard let failed = record.pagesFailed, failed > 0 else { return nil }
    let lacking = items.filter { $0.load?.pages?.lacksMany == true }.map(\.item.id)
    let more = lacking.count > 3 ? " and \(lacking.count - 3) more" : ""
    let many = lacking.isEmpty ? "" : ", many of \(lacking.prefix(3).joined(separator: ", "))\(more)"
    return "\(failed) page\(failed == 1 ? "" : "s") could not be read\(many): the next run reads them again."
  }
}
