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
  /// Remarks for a person, a line each.
  var notes: [String] = []

  /// True if the run was open when Step Functions no longer had it.
  var isLost: Bool { record.isLost }
  /// True if another run held the dataset's lock, so that this one did nothing.
  var isLocked: Bool { record.isLocked }

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
    if record.status == .failed { return !isLocked }
    return failed + count(.aborted) + count(.notTried) + count(.unknown) > 0
  }

  /// True if nothing is to be expected of the run any more.
  var isOver: Bool { record.status != .running }

  /// The failures of its items.
  var failures: [ItemFailure] { items.compactMap(\.failure) }

  /// The items whose records were all rejected, of two or more: the source or the definition has changed, rather than one
  /// record.
  var withoutRecords: [WorkItem] {
    items.filter { item in
      guard let load = item.load, !load.isSuperseded, load.records.found > 1 else { return false }
      return load.records.rejected == load.records.found
    }.map(\.item)
  }

  /// The items that were neither done nor failed, and why, as a sentence; nil if there are none.
  var undone: String? {
    if isLost {
      let ids = items.filter { [.aborted, .notTried].contains(state(of: $0)) }.map(\.item.id)
      return ids.isEmpty ? nil : "\(Self.firstFew(ids)) \(ids.count == 1 ? "has" : "have") no load in the ledger."
    }
    let parts: [(ItemState, String)] = [
      (.aborted, "were stopped with the run"), (.notTried, "were not tried, because the run ended before"),
      (.unknown, "have no load in the ledger; whether they had begun, only Step Functions knows"),
    ]
    let sentences = parts.compactMap { state, text -> String? in
      let ids = items.filter { self.state(of: $0) == state }.map(\.item.id)
      guard !ids.isEmpty else { return nil }
      let verb =
        ids.count == 1
        ? text.replacing("were ", with: "was ").replacing("have ", with: "has ").replacing("they", with: "it") : text
      return "\(Self.firstFew(ids)) \(verb)."
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  static func firstFew(_ ids: [String]) -> String {
    ids.prefix(3).joined(separator: ", ") + (ids.count > 3 ? " and \(ids.count - 3) more" : "")
  }

  /// The items whose documents lack many pages, as a sentence; nil if there are none.
  var unread: String? {
    guard let failed = record.pagesFailed, failed > 0 else { return nil }
    let lacking = items.filter { $0.load?.pages?.lacksMany == true }.map(\.item.id)
    let many = lacking.isEmpty ? "" : ", many of \(Self.firstFew(lacking))"
    return "\(failed) page\(failed == 1 ? "" : "s") could not be read\(many): the next run reads them again."
  }
}
