import Advice
import Contracts
import FoundationEssentials
import Ledger
import Time

/// The state of an item by the ledger alone, by the rules of `festvibes status`.
struct DayJudgement {
  let fresh: ItemFreshness
  let now: Date

  /// True if a person has to see to it.
  var isStale: Bool { fresh.failure != nil || fresh.wasNeverLoaded }

  func state(_ planned: PlannedDays) -> ReportedDay.State {
    switch planned.absence(of: fresh) {
    case .neverAsked?: return .past
    case .gap?: return .gap
    case .notYet?: return .future
    case nil: break
    }
    if fresh.failure != nil { return .failed }
    if fresh.wasNeverLoaded { return .stale }
    if fresh.pages?.lacksMany == true { return .listed }
    if fresh.isEmpty { return .empty }
    return isCached ? .cached : .loaded
  }

  private var isCached: Bool {
    guard let cachedAt = fresh.cachedAt else { return false }
    return cachedAt >= fresh.loadedAt ?? .distantPast && fresh.expiresAt ?? .distantFuture > now
  }

  private func note(_ state: ReportedDay.State) -> String {
    switch state {
    case .failed:
      guard let failure = fresh.failure else { return "" }
      let place = failure.stage.map { "failed in \($0.rawValue)" } ?? "failed"
      let message = RunJudgement.message(failure)
      return "\(place): \(failure.error)" + (message.isEmpty ? "" : ": \(message)")
    case .stale: return "never loaded, although a run had it"
    case .listed:
      return fresh.pages.map { "\($0.failed) of \($0.read + $0.failed) pages unread; the next run reads them again" }
        ?? ""
    case .empty: return "nothing was ever found"
    case .loaded:
      guard let end = fresh.expiresAt, end <= now else { return "" }
      return "its cached value has expired, as planned"
    case .cached, .gap, .past, .future: return ""
    }
  }

  /// Returns the days for the page.
  /// - Parameters:
  ///   - fresh: what is known of each, in order.
  ///   - records: the number of stored records, by the items' ids.
  static func days(
    _ fresh: [ItemFreshness], _ planned: PlannedDays, records: [String: Int], now: Date
  ) -> [ReportedDay] {
    fresh.compactMap { fresh in
      guard let date = fresh.item.date else { return nil }
      let judgement = DayJudgement(fresh: fresh, now: now)
      let state = judgement.state(planned)
      return ReportedDay(
        date: date, state: state, records: fresh.loadedAt == nil ? nil : records[fresh.item.id],
        listedAt: fresh.listedAt, loadedAt: fresh.loadedAt, cachedAt: fresh.cachedAt, expiresAt: fresh.expiresAt,
        openRejections: fresh.openRejections, note: judgement.note(state))
    }
  }
}
