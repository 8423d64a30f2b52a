import Contracts
import Foundation
import Testing
import Time

@testable import festvibes

@Suite("A history of years")
struct HistoryTests {
  private func items(_ first: String, _ last: String) throws -> [WorkItem] {
    (try #require(CalendarDate(first))...(try #require(CalendarDate(last)))).dates.map(WorkItem.init(date:))
  }

  @Test("Its parts are whole months of at most 366 dates, in order, and leave no date out")
  func parts() throws {
    let all = try items("2020-01-15", "2024-06-30")
    let parts = HistoryPlan(all).parts
    #expect(parts.flatMap { $0 } == all)
    #expect(parts.allSatisfy { (1...Limits.maximumItems).contains($0.count) })
    for (part, next) in zip(parts, parts.dropFirst()) { #expect(part.last?.month != next.first?.month) }
    #expect(parts.count == 5)
    #expect(HistoryPlan([]).parts.isEmpty)
  }

  @Test("A part whose dates follow each other is a range, and another one a list of its items")
  func requests() throws {
    let days = try items("2024-05-01", "2024-05-03")
    #expect(HistoryPlan.request(days) == PlanRequest(startDate: "2024-05-01", endDate: "2024-05-03"))
    #expect(
      HistoryPlan.request([days[0], days[2]]) == PlanRequest(items: ["2024-05-01", "2024-05-03"]))
  }

  @Test("The table has a row for each month, also of several runs, and fits into 80 columns")
  func table() throws {
    var report = HistoryReport()
    report.add(
      makeProgress(
        [makeItem(1, .done(makeOutcome(found: 8, rejected: 1))), makeItem(2, .failed("SourceChanged"))],
        status: .succeeded))
    report.add(
      makeProgress(
        [makeItem(3, .waiting), ItemProgress(item: "2024-06-01", state: .done(makeOutcome(found: 5)))], status: .failed)
    )
    let lines = report.lines(for: Terminal(isInteractive: true, colors: false, size: (80, 24)))
    #expect(
      lines == [
        "month    dates  loaded  failed  not done  events",
        "────────────────────────────────────────────────",
        "2024-05      3       1       1         1       7",
        "2024-06      1       1       0         0       5",
        "────────────────────────────────────────────────",
        "total        4       2       1         1      12",
      ])
    #expect(report.fields.map { $0["not_done"] as? Int } == [1, 0])
  }
}
