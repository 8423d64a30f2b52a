import Advice
import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import festvibes

@Suite("The freshness of items")
struct ItemStatusTests {
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)
  private let item = WorkItem(date: CalendarDate(daysSinceEpoch: 19_874))
  private let hour = 3600.0

  private func fresh(_ change: (inout ItemFreshness) -> Void = { _ in }) -> ItemFreshness {
    var fresh = ItemFreshness(item: item, loadedAt: start, run: "cli-1", openRejections: 0)
    (fresh.listedAt, fresh.isCovered) = (start - 60, true)
    (fresh.cachedAt, fresh.expiresAt) = (start, start + hour)
    change(&fresh)
    return fresh
  }

  private func status(
    _ fresh: ItemFreshness, _ check: CacheCheck?, after seconds: Double = 60, stored: Int? = 7
  ) -> ItemStatus {
    ItemStatus(
      fresh, stored: stored, check: check, now: start + seconds, expiry: { _, time in time + 2 * self.hour })
  }

  @Test("A cached value is current, differs, is missing, or has expired as planned")
  func cache() {
    #expect(status(fresh(), .present(isCurrent: true)).cache == .current)
    #expect(status(fresh(), .present(isCurrent: false)).problems == ["the cache differs from the database"])
    #expect(status(fresh(), .absent).cache == .missing)
    #expect(status(fresh(), .absent).problems == ["the cache has lost it"])
    let expired = status(fresh(), .absent, after: hour)
    #expect(expired.cache == .expired)
    #expect(!expired.isStale)
    #expect(expired.warnings == ["its cached value has expired"])
    #expect(status(fresh(), nil).cache == .unchecked)
    #expect(!status(fresh(), nil).isStale)
    // Without a record of the caching, the load and the longest lifetime decide.
    let unrecorded = fresh { ($0.cachedAt, $0.expiresAt) = (nil, nil) }
    #expect(status(unrecorded, .absent, after: hour).cache == .missing)
    #expect(status(unrecorded, .absent, after: 2 * hour).cache == .expired)
  }

  @Test("An item is stale if its last load failed, or if a run had it and it was never loaded")
  func stale() {
    let failure = ItemFailure(item: item, stage: .load, error: "E", cause: nil, failedAt: start + 1)
    let failed = status(fresh { $0.failure = failure }, .present(isCurrent: true))
    #expect(failed.problems == ["failed in load: E"])
    #expect(failed.mark == .stale)
    let never = fresh { ($0.loadedAt, $0.listedAt, $0.cachedAt, $0.expiresAt) = (nil, nil, nil, nil) }
    #expect(status(never, .absent, stored: 0).problems == ["never loaded, although a run had it"])
    #expect(status(never, .absent, stored: 0).cache == .none)
    // The legacy system recorded no loads.
    #expect(status(never, .present(isCurrent: true), stored: 5).problems.isEmpty)
    var gap = never
    gap.isCovered = false
    #expect(status(gap, .absent, stored: 0).absence == .gap)
    #expect(!status(gap, .absent, stored: 0).isStale)
    #expect(status(gap, .absent, stored: 0).mark == .unknown)
    #expect(status(gap, nil, stored: 0).age(at: start) == nil)
  }

  @Test("A day that no run had is a gap if runs were meant to have it; the words are those of the operators' page")
  func absence() throws {
    let today = CalendarDate(daysSinceEpoch: 19_874)
    let planned = PlannedDays(ahead: 7, today: today, lastRun: today.adding(days: -1))
    let items = [-1, 0, 6, 7].map { offset in
      let fresh = ItemFreshness(
        item: WorkItem(date: today.adding(days: offset)), loadedAt: nil, run: nil, openRejections: 0)
      return ItemStatus(fresh, stored: 0, check: nil, now: start, planned: planned)
    }
    #expect(items.map(\.absence) == [.neverAsked, .gap, .gap, .notYet])
    #expect(items.map(\.mark.rawValue) == ["·", "·", "·", "·"])
    #expect(items[0].warnings == ["never asked: no finished run had it"])
    let zone = try #require(TimeZone(identifier: "UTC"))
    #expect(
      FreshnessReport(items: items, now: start, zone: zone).lines(for: pipe).suffix(2) == [
        "· nothing yet", "Gaps, which no finished run had: 2024-05-31, 2024-06-06 (2 dates).",
      ])
    let first = PlannedDays(ahead: 7, today: today, lastRun: nil)
    #expect(first.absence(of: items[1].fresh) == .notYet)
    let other = ItemFreshness(item: try WorkItem(id: "a"), loadedAt: nil, run: nil, openRejections: 0)
    #expect(planned.absence(of: other) == .gap)
    #expect(planned.absence(of: fresh()) == nil)
  }

  @Test("A day of more than a week ago that was never cached was left out on purpose, and is not lost")
  func leftOut() {
    let never = fresh { ($0.cachedAt, $0.expiresAt) = (nil, nil) }
    let later = status(never, .absent, after: 30 * 24 * hour)
    #expect(later.cache == .none)
    #expect(!later.isStale)
  }

  @Test("A day without any event, and one that lacks many pages, are not plain")
  func notPlain() {
    #expect(status(fresh(), .present(isCurrent: true)).mark == .done)
    let empty = status(fresh { $0.isEmpty = true }, .present(isCurrent: true), stored: 0)
    #expect(empty.mark == .incomplete)
    #expect(empty.warnings == ["empty: nothing was ever found"])
    #expect(status(fresh { $0.isEmpty = true }, .present(isCurrent: true), stored: 1).mark == .done)
    let unread = status(fresh { $0.pages = PageCounts(read: 20, failed: 3) }, .present(isCurrent: true))
    #expect(unread.mark == .incomplete)
    #expect(unread.warnings == ["3 of 23 pages unread"])
    #expect(!unread.isStale)
  }

  @Test(
    "Many pages are five, or more than a tenth",
    arguments: [(0, 0, false), (9, 1, false), (8, 1, true), (100, 4, false), (100, 5, true), (0, 1, true)])
  func manyPages(read: Int, failed: Int, isMany: Bool) {
    #expect(PageCounts(read: read, failed: failed).lacksMany == isMany)
  }

  @Test("Dates are named as ranges")
  func ranges() {
    let days = [0, 1, 2, 4, 6].map { WorkItem(date: CalendarDate(daysSinceEpoch: 19_874 + $0)) }
    #expect(ItemRanges.described([]).isEmpty)
    #expect(ItemRanges.described([item]) == "2024-05-31")
    #expect(ItemRanges.described(days) == "2024-05-31 to 2024-06-02, 2024-06-04, 2024-06-06 (5 dates)")
  }

  private func overview(_ items: [ItemStatus], failing: Bool = false) -> StatusOverview {
    let record = RunRecord(
      run: "cli-1", trigger: .manual, status: failing ? .failed : .success, startedAt: start, endedAt: start + 9,
      items: [item], itemsLoaded: failing ? 0 : 1, itemsFailed: 0, records: RecordCounts(),
      error: failing ? "E" : nil)
    return StatusOverview(dataset: .wwoz, runs: [RunStatus(record: record)], items: items)
  }

  @Test("The verdict names what is wrong, and the commands that go on")
  func verdict() {
    let good = overview([status(fresh(), .present(isCurrent: true))])
    #expect(good.isOK)
    #expect(good.next(call: "fv").isEmpty)
    #expect(good.closing(for: pipe, next: []) == ["ok: the last run is done, and nothing is stale."])
    let lost = overview([status(fresh(), .absent)])
    #expect(lost.problems == ["stale: 2024-05-31"])
    #expect(lost.next(call: "fv").map(\.line) == ["next: fv cache 2024-05-31"])
    let failed = overview([status(fresh(), nil)], failing: true)
    #expect(failed.problems == ["the last run, cli-1, was not done: 0 done, 0 failed"])
    #expect(failed.next(call: "fv").map(\.line) == ["next: fv retry cli-1"])
    let never = status(fresh { ($0.loadedAt, $0.listedAt) = (nil, nil) }, nil, stored: 0)
    #expect(
      overview([never]).next(call: "fv").map(\.line) == ["next: fv run --start 2024-05-31 --end 2024-05-31"])
    // The pages are read again by another run. It is no problem, so the exit status stays 0.
    let lacking = overview([status(fresh { $0.pages = PageCounts(read: 5, failed: 5) }, .present(isCurrent: true))])
    #expect(lacking.isOK)
    #expect(
      lacking.next(call: "fv").map(\.line) == ["next: fv run --start 2024-05-31 --end 2024-05-31"])
    // A run that ended before its items were planned has nothing to try again.
    let unplanned = RunRecord(
      run: "cli-2", trigger: .manual, status: .failed, startedAt: start, endedAt: start + 9, items: [], itemsLoaded: 0,
      itemsFailed: 0, records: RecordCounts(), error: "InvalidInput")
    #expect(
      StatusOverview(dataset: .wwoz, runs: [RunStatus(record: unplanned)]).next(call: "fv").map(\.line) == [
        "next: fv logs --run cli-2 --errors"
      ])
    let rejecting = RunRecord(
      run: "cli-3", trigger: .manual, status: .partial, startedAt: start, endedAt: start + 9, items: [item],
      itemsLoaded: 1, itemsFailed: 0, records: RecordCounts(found: 2, new: 1, rejected: 1))
    let partial = StatusOverview(dataset: .wwoz, runs: [RunStatus(record: rejecting)])
    #expect(partial.next(call: "fv").map(\.line) == ["next: fv rejected --run cli-3"])
    #expect(
      partial.closing(for: pipe, next: []) == [
        "ok: the last run is partial, with 1 rejected record, and nothing is stale."
      ])
    var unread = good
    unread.ledgerFailure = "refused"
    #expect(unread.problems == ["the database cannot be read: refused"])
    #expect(unread.next(call: "fv").map(\.line) == ["next: fv doctor"])
    var away = good
    away.cacheFailure = "away"
    #expect(away.problems == ["the cache cannot be read: away"])
    #expect(away.next(call: "fv").map(\.line) == ["next: fv doctor"])
    // A run that goes on says nothing yet.
    var running = failed.runs[0]
    running.record.status = .running
    #expect(StatusOverview(dataset: .wwoz, runs: [running]).isOK)
  }

  @Test("An item of which every record was rejected is a problem; so is no other dataset, which is named")
  func withoutRecords() throws {
    let record = RunRecord(
      run: "cli-4", trigger: .manual, status: .partial, startedAt: start, endedAt: start + 9, items: [item],
      itemsLoaded: 1, itemsFailed: 0, records: RecordCounts(found: 2, rejected: 2))
    var load = RunItem.Load(
      rawKey: "k", loadedAt: start, isSuperseded: false, records: RecordCounts(found: 2, rejected: 2))
    func status(_ load: RunItem.Load) -> RunStatus {
      RunStatus(record: record, items: [RunItem(item: item, load: load)])
    }
    let rejecting = StatusOverview(dataset: .wwoz, runs: [status(load)])
    #expect(rejecting.problems == ["every record of 2024-05-31 was rejected"])
    #expect(rejecting.next(call: "fv").map(\.line) == ["next: fv rejected --run cli-4"])
    load.records = RecordCounts(found: 2, new: 1, rejected: 1)
    #expect(StatusOverview(dataset: .wwoz, runs: [status(load)]).isOK)
    load.records = RecordCounts(found: 1, rejected: 1)
    #expect(StatusOverview(dataset: .wwoz, runs: [status(load)]).isOK)
    var failed = record
    (failed.status, failed.error) = (.failed, "E")
    let numbers = Dataset(id: "numbers", dataType: "numbers", timeZone: "UTC", extractor: "http", sinks: [])
    var other = overview([])
    other.others = [(numbers, RunStatus(record: failed))]
    #expect(other.isOK)
    #expect(other.next(call: "fv").map(\.line) == ["next: fv status --dataset numbers"])
    #expect(
      other.closing(for: pipe, next: []).first
        == "Another dataset: the last run of numbers, cli-4, was not done: 1 done, 0 failed.")
  }

  @Test("A dataset without a cache has no column of it, and is not stale by it; its items are named by their ids")
  func withoutCache() throws {
    let austin = try WorkItem(id: "austin_jazz")
    var fresh = fresh()
    (fresh.item, fresh.cachedAt, fresh.expiresAt) = (austin, nil, nil)
    let loaded = ItemStatus(fresh, stored: nil, check: nil, isCached: false, now: start)
    #expect(loaded.cache == .none && !loaded.isStale && loaded.mark == .done)
    (fresh.item, fresh.loadedAt, fresh.listedAt, fresh.run) = (try WorkItem(id: "new-orleans_jazz"), nil, nil, nil)
    let never = ItemStatus(fresh, stored: nil, check: nil, isCached: false, now: start)
    #expect(never.problems == ["never loaded, although a run had it"])
    let zone = try #require(TimeZone(identifier: "UTC"))
    let words = Words(item: "item", records: "products")
    let lines = FreshnessReport(items: [loaded, never], isCached: false, words: words, now: start, zone: zone).lines(
      for: pipe)
    #expect(lines[0].hasPrefix("item ") && !lines[0].contains("cache") && !lines[0].contains("products"), "\(lines)")
    #expect(lines.contains { $0.hasPrefix("✓ austin_jazz ") } && lines.contains { $0.hasPrefix("! new-orleans_jazz ") })
    #expect(lines.last == "Stale: new-orleans_jazz.")
    let dataset = Dataset(id: "p", dataType: "products", timeZone: "UTC", extractor: "e", sinks: [], hasDates: false)
    let overview = StatusOverview(dataset: dataset, runs: [], items: [loaded, never])
    #expect(overview.next(call: "fv").map(\.line) == ["next: fv run --item new-orleans_jazz --dataset p"])
    #expect(
      ItemRanges.described([austin, try WorkItem(id: "new-orleans_jazz")]) == "austin_jazz, new-orleans_jazz (2 items)")
  }

  @Test("No line but a command to paste is wider than the terminal", arguments: [80, 200])
  func width(width: Int) throws {
    let terminal = Terminal(isInteractive: true, colors: false, size: (width, 24))
    let failure = ItemFailure(
      item: item, stage: .scrape, error: "SourceUnavailable", cause: nil, failedAt: start + 1)
    let items = [
      status(fresh { ($0.failure, $0.run) = (failure, "cli-20260510T080000Z-4f2a") }, .absent),
      status(fresh { $0.isEmpty = true }, .absent, after: 9 * hour, stored: 0),
    ]
    let zone = try #require(TimeZone(identifier: "UTC"))
    let lines =
      FreshnessReport(items: items, now: start, zone: zone).lines(for: terminal)
      + overview(items).closing(for: terminal, next: [])
    #expect(lines.allSatisfy { TextWidth.of($0) <= width }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("! 2024-05-31") && $0.contains("missing") })
    let colored = FreshnessReport(items: items, now: start, zone: zone).lines(
      for: Terminal(isInteractive: true, colors: true, size: (width, 24)))
    #expect(colored.contains { $0.contains("\u{1B}[31m") })
    #expect(!lines.contains { $0.contains("\u{1B}") })
  }
}
