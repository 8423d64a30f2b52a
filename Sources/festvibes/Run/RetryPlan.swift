import Contracts
import Ledger

/// The items of a run that a retry does again, and why.
struct RetryPlan: Equatable {
  struct Item: Equatable {
    let id: String
    /// `failed: SourceChanged`, `aborted` or `not tried`.
    let reason: String
  }

  let items: [Item]
  /// The number of the run's items.
  let total: Int

  /// - Parameter progress: a run that has ended.
  init(_ progress: RunProgress) {
    total = progress.items.count
    items = progress.items.compactMap { item in
      switch item.state {
      case .failed(let failure, _): Item(id: item.item, reason: "failed: \(failure.name)")
      case .aborted: Item(id: item.item, reason: "aborted")
      case .waiting: Item(id: item.item, reason: "not tried")
      case .done, .running: nil
      }
    }
  }

  /// - Parameter items: the items of a run by the ledger, which does not know those that were stopped.
  init(ledger items: [RunItem]) {
    total = items.count
    self.items = items.compactMap { item in
      if let failure = item.failure { return Item(id: item.item.id, reason: "failed: \(failure.error)") }
      return item.load == nil ? Item(id: item.item.id, reason: "not tried") : nil
    }
  }

  /// The items for a person: `2 of 3 dates of RUN: 2024-05-31, 2024-06-01 (1 failed: SourceChanged; 1 not tried)`.
  func description(of run: String, _ words: Words = .ofDays) -> String {
    let ids = items.prefix(3).map(\.id).joined(separator: ", ")
    let more = items.count > 3 ? " and \(items.count - 3) more" : ""
    var reasons: [String] = []
    for reason in items.map(\.reason) where !reasons.contains(reason) { reasons.append(reason) }
    let counts = reasons.map { reason in "\(items.count { $0.reason == reason }) \(reason)" }
    return "\(items.count) of \(words.items(total)) of \(run): \(ids)\(more) "
      + "(\(counts.joined(separator: "; ")))"
  }
}
