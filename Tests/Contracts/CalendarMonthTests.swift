import Contracts
import Testing
import Time

@Suite("Months")
struct CalendarMonthTests {
  /// 2026-01-31.
  private let today = CalendarDate(daysSinceEpoch: 20_484)

  private func months(
    _ request: PlanRequest = PlanRequest(), back: Int = 0, ahead: Int = 0
  ) throws(PipelineError) -> [String] {
    try request.months(today: today, back: back, ahead: ahead, in: "d").map(\.description)
  }

  @Test("are the current one and those around it, over the turn of a year")
  func around() throws {
    #expect(try months() == ["2026-01"])
    #expect(try months(back: 2, ahead: 1) == ["2025-11", "2025-12", "2026-01", "2026-02"])
  }

  @Test(
    "are all that a range touches",
    arguments: [
      ("2024-01-31", "2024-02-01", ["2024-01", "2024-02"]), ("2024-02-10", "2024-02-20", ["2024-02"]),
      ("2023-12-31", "2024-01-01", ["2023-12", "2024-01"]),
    ])
  func range(start: String, end: String, expected: [String]) throws {
    #expect(try months(PlanRequest(startDate: start, endDate: end), back: 3) == expected)
  }

  @Test("are named by their ids, in any order")
  func named() throws {
    #expect(try months(PlanRequest(items: ["2024-05", "2023-12"])) == ["2023-12", "2024-05"])
  }

  @Test("of more than thirty years are a run, and one more is refused")
  func limit() throws {
    let whole = PlanRequest(startDate: "1990-01-01", endDate: "2020-06-30")
    #expect(try months(whole).count == Limits.maximumItems)
    let error = #expect(throws: PipelineError.self) {
      try months(PlanRequest(startDate: "1990-01-01", endDate: "2020-07-01"))
    }
    #expect(error?.message.contains("are 367 months: ask for at most 366") == true)
  }

  @Test(
    "that are no months, or a request that has none, are refused",
    arguments: [
      (PlanRequest(daysAhead: 3), "the items of dataset d are months: leave out days_ahead"),
      (PlanRequest(cachedFrom: "2024-05-31"), "leave out cached_from"),
      (PlanRequest(startDate: "2024-05-31"), "one of them is missing"),
      (PlanRequest(startDate: "2024-05-31", endDate: "2024-05-30"), "is after"),
      (PlanRequest(startDate: "soon", endDate: "2024-05-30"), "start_date is 'soon'"),
      (PlanRequest(items: ["2024-13"]), "items has '2024-13': it must be a month like 2024-05"),
      (PlanRequest(items: ["2024-05-31"]), "it must be a month"), (PlanRequest(items: []), "there are 0 items"),
      (PlanRequest(items: ["2024-05", "2024-05"]), "2024-05 twice"),
      (PlanRequest(startDate: "2024-05-31", endDate: "2024-05-31", items: ["2024-05"]), "not both"),
      (PlanRequest(maxFailures: 37), "max_failures is 37"),
    ])
  func refusals(request: PlanRequest, text: String) throws {
    let error = try #require(throws: PipelineError.self) { try months(request) }
    #expect(error.name == .invalidInput && error.message.contains(text), "\(error.message)")
  }

  @Test("make items without a day, whose parameters templates use")
  func item() throws {
    let item = WorkItem(month: try #require(CalendarMonth("2026-11")))
    #expect(item.id == "2026-11" && item.date == nil)
    #expect(item.parameters == ["month": "2026-11", "YYYY": "2026", "YY": "26", "MM": "11"])
    #expect(CalendarMonth("0001-01")?.adding(-5).firstDay == CalendarDate("0001-01-01"))
  }
}
