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
    let plan = RetryPlan(ledger: [
      RunItem(item: days[0], load: load), RunItem(item: days[1], load: load, failure: failure), RunItem(item: days[2]),
    ])
    #expect(plan.total == 3)
    #expect(
      plan.items == [
        .init(id: "2024-05-02", reason: "failed: CacheUnavailable"), .init(id: "2024-05-03", reason: "not tried"),
      ])
  }
}
