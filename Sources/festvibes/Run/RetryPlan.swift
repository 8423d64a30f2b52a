import Advice
import Contracts
import Foundation
import Ledger
import Time

/// The items of a run that a retry does again, and why.
struct RetryPlan: Equatable {
  struct Item: Equatable {
    let id: String
    /// `failed: SourceChanged`, `aborted` or `not tried`.
    let reason: String
  }

  var items: [Item]
  /// The number of the run's items.
  let total: Int
  /// The ids of the items that the run did not do, and that were loaded since.
  var loadedSince: [String] = []

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

  /// - Parameter run: a run by the ledger, which does not know those that were stopped, unless `status` has settled it.
  init(ledger run: RunStatus) {
    total = run.items.count
    items = run.items.compactMap { item in
      if let failure = item.failure { return Item(id: item.item.id, reason: "failed: \(failure.error)") }
      if run.state(of: item) == .aborted { return Item(id: item.item.id, reason: "aborted") }
      return item.load == nil ? Item(id: item.item.id, reason: "not tried") : nil
    }
  }

  /// True if other runs have loaded since all that the run left.
  var isRepaired: Bool { items.isEmpty && !loadedSince.isEmpty }

  /// Reads the ledger, and leaves out the items that another run has loaded since the run ended.
  func leavingOutLoaded(
    in ledger: Ledger, since end: Date, of run: String, _ dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> RetryPlan {
    let items = items.compactMap { try? WorkItem(id: $0.id, date: CalendarDate($0.id)) }
    guard !items.isEmpty else { return self }
    return leavingOut(try ledger.freshness(of: items, in: dataset, deadline: deadline), since: end, of: run)
  }

  /// Leaves out the items that another run has loaded since the run ended, unless they have failed again.
  func leavingOut(_ fresh: [ItemFreshness], since end: Date, of run: String) -> RetryPlan {
    let loaded = Set(
      fresh.filter { $0.wasLoaded(since: end, besides: run) }.map(\.item.id))
    var plan = self
    plan.items = items.filter { !loaded.contains($0.id) }
    plan.loadedSince = items.map(\.id).filter(loaded.contains)
    return plan
  }

  /// The sentence about a run of which nothing is left.
  func nothingLeft(of run: String) -> String {
    guard !loadedSince.isEmpty else { return "Nothing to retry: every item of \(run) was done." }
    let count = loadedSince.count
    return "Nothing to retry: \(count == 1 ? "the item" : "the \(count) items") that \(run) did not do "
      + "\(count == 1 ? "was" : "were") loaded since."
  }

  /// The sentence about the items that were loaded since; nil if none was.
  func repair(of run: String) -> String? {
    guard !isRepaired else { return nothingLeft(of: run) }
    let count = loadedSince.count
    guard count > 0 else { return nil }
    let (were, them) = count == 1 ? ("was", "it") : ("were", "them")
    return "\(count) of the \(count + items.count) items that \(run) did not do \(were) loaded since: "
      + "retry leaves \(them) out."
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
      + (loadedSince.isEmpty ? "" : "; \(loadedSince.count) more loaded since and left out")
  }
}
