import Contracts
import Foundation
import Testing
import Time

@testable import Ledger
@testable import festvibes

@Suite("The items of a retry")
struct RetryPlanTests {
  @Test("Failed, aborted and untried items are run again, each with its reason, and no other")
  func progress() {
    let plan = RetryPlan(
      makeProgress(
        [
          makeItem(1, .done(makeOutcome())), makeItem(2, .failed("SourceChanged")), makeItem(3, .aborted(in: nil)),
          makeItem(4, .waiting), makeItem(5, .waiting),
        ], status: .failed, endedAfter: 1))
    #expect(plan.items.map(\.id) == ["2024-05-02", "2024-05-03", "2024-05-04", "2024-05-05"])
    #expect(
      plan.description(of: "cli-1")
        == "4 of 5 dates of cli-1: 2024-05-02, 2024-05-03, 2024-05-04 and 1 more "
        + "(1 failed: SourceChanged; 1 aborted; 2 not tried)")
    #expect(RetryPlan(makeProgress([makeItem(1, .done(makeOutcome()))], status: .succeeded)).items.isEmpty)
  }

  @Test("By the ledger an item is left that failed or was not loaded")
  func ledger() throws {
    let days = try (1...3).map { WorkItem(date: try #require(CalendarDate("2024-05-0\($0)"))) }
    let load = RunItem.Load(rawKey: "k", loadedAt: start, isSuperseded: false, records: RecordCounts())
    let failure = ItemFailure(item: days[1], stage: .cache, error: "CacheUnavailable", cause: nil, failedAt: start)
    var record = RunRecord(
      run: "cli-1", trigger: .manual, status: .running, startedAt: start, items: days, itemsLoaded: 2, itemsFailed: 1,
      records: RecordCounts())
    let items = [
      RunItem(item: days[0], load: load), RunItem(item: days[1], load: load, failure: failure), RunItem(item: days[2]),
    ]
    let plan = RetryPlan(ledger: RunStatus(record: record, items: items))
    #expect(plan.total == 3)
    #expect(
      plan.items == [
        .init(id: "2024-05-02", reason: "failed: CacheUnavailable"), .init(id: "2024-05-03", reason: "not tried"),
      ])
    (record.status, record.itemsAborted, record.itemsNotTried) = (.failed, [days[2].id], [])
    #expect(RetryPlan(ledger: RunStatus(record: record, items: items)).items.last?.reason == "aborted")
  }

  @Test("What another run has loaded since is left out, unless it failed again or is older than the run")
  func loadedSince() throws {
    let plan = RetryPlan(
      makeProgress((1...6).map { makeItem($0, .failed("SourceChanged")) }, status: .failed, endedAfter: 1))
    let days = try (1...6).map { WorkItem(date: try #require(CalendarDate("2024-05-0\($0)"))) }
    let failure = ItemFailure(item: days[1], stage: .cache, error: "E", cause: nil, failedAt: start + 3)
    let fresh = { (day: Int, seconds: Double?, run: String, failure: ItemFailure?) in
      ItemFreshness(
        item: days[day - 1], loadedAt: seconds.map { start + $0 }, run: run, openRejections: 0, failure: failure)
    }
    let left = plan.leavingOut(
      [
        fresh(1, 2, "cli-2", nil), fresh(2, 2, "cli-2", failure), fresh(3, 0, "cli-0", nil), fresh(4, nil, "", nil),
        fresh(5, 2, "cli-1", nil),
      ], since: start + 1, of: "cli-1")
    #expect(left.loadedSince == ["2024-05-01"])
    #expect(left.items.map(\.id) == days.dropFirst().map(\.id))
    #expect(left.description(of: "cli-1").hasSuffix("(5 failed: SourceChanged); 1 more loaded since and left out"))
    #expect(plan.nothingLeft(of: "cli-1") == "Nothing to retry: every item of cli-1 was done.")
    #expect(left.nothingLeft(of: "cli-1") == "Nothing to retry: the item that cli-1 did not do was loaded since.")
    #expect(
      left.repair(of: "cli-1")
        == "1 of the 6 items that cli-1 did not do was loaded since: retry leaves it out.")
    #expect(plan.repair(of: "cli-1") == nil)
  }
}
