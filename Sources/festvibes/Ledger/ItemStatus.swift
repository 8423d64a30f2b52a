import Advice
import Contracts
import Foundation
import Ledger

/// The freshness of one item: what was listed, loaded and cached, and what is wrong with it.
///
/// An item is *stale* if a reader would get wrong or old data that only an operator can put right: its last load failed,
/// a run had it and it was never loaded, or the cache lacks it or holds something else than the database. A cached day
/// whose lifetime ended as planned is not stale: the lifetimes are the legacy system's, today's is an hour, and a
/// schedule that runs once a day would otherwise be red for 23 hours of 24. It is shown, as are days that no run had,
/// empty days and days that lack many pages.
struct ItemStatus {
  /// The state of an item in the cache.
  enum Cache: String, CaseIterable {
    /// The cached value is byte for byte what would be published now.
    case current
    /// Its lifetime ended as planned.
    case expired
    /// It should be there: it was lost or evicted.
    case missing
    /// The cached value is not what the database has.
    case differs
    /// The item was never loaded, so there is nothing to cache; or it is past and was never cached, as runs over years
    /// leave it; or the dataset has no cache.
    case none
    /// The cache was not compared.
    case unchecked
  }

  let fresh: ItemFreshness
  /// The number of stored records; nil if no sink counts them.
  var stored: Int?
  var cache: Cache
  /// The reason why nothing is known of it; nil if something is.
  let absence: Absence?

  /// - Parameters:
  ///   - check: the comparison with the cache; nil if there was none.
  ///   - isCached: false for a dataset that is not published to a cache.
  ///   - planned: the days that runs are meant to have; nil if each item shown is one of them.
  ///   - expiry: the time by which the cache has dropped an item that was written at a time.
  init(
    _ fresh: ItemFreshness, stored: Int?, check: CacheCheck?, isCached: Bool = true, now: Date,
    planned: PlannedDays? = nil, expiry: (WorkItem, Date) -> Date? = { _, _ in nil }
  ) {
    self.fresh = fresh
    self.stored = stored
    let isUnknown = fresh.isUnknown && (stored ?? 0) == 0
    absence = isUnknown ? planned.map { $0.absence(of: fresh) } ?? .gap : nil
    switch check {
    case nil: cache = isCached ? .unchecked : .none
    case .present(let isCurrent): cache = isCurrent ? .current : .differs
    case .absent where fresh.loadedAt == nil && (stored ?? 0) == 0: cache = .none
    case .absent where fresh.cachedAt == nil && Self.isLongPast(fresh.item, now): cache = .none
    case .absent:
      // Rows of an earlier version, and of a role that may not write, say nothing of the caching. The load says when at
      // the earliest.
      let planned = fresh.expiresAt ?? fresh.loadedAt.flatMap { expiry(fresh.item, $0) }
      cache = planned.map { $0 <= now } ?? false ? .expired : .missing
    }
  }

  /// True for a day that runs over years do not cache, and whose cached value has long expired.
  private static func isLongPast(_ item: WorkItem, _ now: Date) -> Bool {
    guard let day = item.date else { return false }
    // A day of margin: the zone of the item's day does not matter here.
    let today = Int((now.timeIntervalSince1970 / 86_400).rounded(.down))
    return today - day.daysSinceEpoch > HistoryRun.cachedDays + 1
  }

  var isEmpty: Bool { fresh.isEmpty && (stored ?? 0) == 0 }

  /// The reasons why the item is stale; empty if it is not.
  var problems: [String] {
    var problems: [String] = []
    if let failure = fresh.failure { problems.append("\(failure.location): \(failure.error)") }
    if fresh.wasNeverLoaded, (stored ?? 0) == 0 {
      problems.append("never loaded, although a run had it")
    }
    switch cache {
    case .missing: problems.append("the cache has lost it")
    case .differs: problems.append("the cache differs from the database")
    case .current, .expired, .none, .unchecked: break
    }
    return problems
  }

  /// Remarks for a reader of an item that is not stale for them.
  var warnings: [String] {
    var warnings: [String] = []
    if let absence { warnings.append("\(absence.rawValue): no finished run had it") }
    if isEmpty { warnings.append("empty: nothing was ever found") }
    if let pages = fresh.pages, pages.lacksMany {
      warnings.append("\(pages.failed) of \(pages.read + pages.failed) pages unread")
    }
    if cache == .expired { warnings.append("its cached value has expired") }
    return warnings
  }

  var isStale: Bool { !problems.isEmpty }

  var mark: ItemMark {
    if isStale { return .stale }
    if absence != nil { return .unknown }
    return isEmpty || fresh.pages?.lacksMany == true ? .incomplete : .done
  }

  /// The time since the source last confirmed what is stored, or since it was loaded.
  func age(at now: Date) -> TimeInterval? {
    (fresh.listedAt ?? fresh.loadedAt).map { max(0, now.timeIntervalSince($0)) }
  }
}
