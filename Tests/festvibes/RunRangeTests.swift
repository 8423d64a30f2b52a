import Contracts
import Testing
import Time

@testable import festvibes

@Suite("Run range")
struct RunRangeTests {
  private func json(
    _ range: RunRange, replay: ScrapeRequest.Replay? = nil, allowShrink: Bool? = nil
  ) throws -> String {
    try RunSession.json(RunRequest(plan: range.plan, replay: replay, allowShrink: allowShrink))
  }

  @Test("A range is a number of days, two dates, or thirty days")
  func range() throws {
    #expect(try RunRange(days: nil, start: nil, end: nil) == .days(30))
    #expect(try json(RunRange(days: 0, start: nil, end: nil)) == #"{"days_ahead":0}"#)
    let range = try RunRange(days: nil, start: "2024-05-31", end: "2024-06-02")
    #expect(try json(range) == #"{"end_date":"2024-06-02","start_date":"2024-05-31"}"#)
    #expect(
      try json(range, replay: .init(run: "r"), allowShrink: true)
        == #"{"allow_shrink":true,"end_date":"2024-06-02","replay":{"run":"r"},"start_date":"2024-05-31"}"#)
    #expect(
      try json(range, replay: .init(run: nil))
        == #"{"end_date":"2024-06-02","replay":{},"start_date":"2024-05-31"}"#)
    #expect(range.description == "2024-05-31 to 2024-06-02")
    let day = try RunRange(days: nil, start: "2024-05-31", end: nil)
    #expect(try json(day) == #"{"end_date":"2024-05-31","start_date":"2024-05-31"}"#)
    #expect(try RunRange(days: nil, start: nil, end: nil, first: "2024-05-31") == day)
    let two = try RunRange(days: nil, start: nil, end: nil, first: "2024-05-31", last: "2024-06-02")
    #expect(two == range)
    #expect(range.workItems.map(\.id) == ["2024-05-31", "2024-06-01", "2024-06-02"])
    #expect(try RunRange(days: nil, start: "2024-01-01", end: "2024-12-31").description == "2024-01-01 to 2024-12-31")
  }

  @Test("Today is named with its date and zone, which are often not this machine's")
  func today() throws {
    let today = CalendarDate(daysSinceEpoch: 19_874)
    let words = try (0...2).map {
      try RunRange(days: $0, start: nil, end: nil).description(today: today, in: "America/Chicago")
    }
    let start = "today, 2024-05-31 in America/Chicago"
    #expect(words == [start, "\(start), and the day after it", "\(start), and the 2 days after it"])
    let dates = try RunRange(days: nil, start: "2024-05-31", end: "2024-06-02")
    #expect(dates.description(today: today, in: "America/Chicago") == "2024-05-31 to 2024-06-02")
  }

  @Test("Items are named by their ids, each once")
  func items() throws {
    let range = try RunRange(days: nil, start: nil, end: nil, items: ["2024-06-02", "2024-05-31"])
    #expect(try json(range) == #"{"items":["2024-05-31","2024-06-02"]}"#)
    #expect(range.description == "2024-05-31, 2024-06-02")
    #expect(range.workItems.map(\.date) == range.dates)
    let other = try RunRange(days: nil, start: nil, end: nil, items: ["austin"])
    #expect(other.workItems.map(\.id) == ["austin"] && other.dates.isEmpty)
    for (items, text) in [(["a", "a"], "--item a is given twice"), (["a b"], "--item: item id is 'a b'")] {
      let error = #expect(throws: CommandError.self) { try RunRange(days: nil, start: nil, end: nil, items: items) }
      #expect(error?.description.contains(text) == true)
    }
    let both = #expect(throws: CommandError.self) {
      try RunRange(days: nil, start: nil, end: nil, first: "2024-05-31", items: ["2024-05-31"])
    }
    #expect(both?.description.hasPrefix("give either --days") == true)
    #expect(throws: CommandError.self) {
      try RunRange(days: nil, start: nil, end: nil, items: (0...366).map { "i\($0)" })
    }
  }

  @Test(
    "An invalid range is refused with a reason",
    arguments: [
      (nil, nil, "2024-05-31", "--end needs --start"), (1, nil, "2024-05-31", "either --days"),
      (1, "2024-05-31", nil, "either --days"), (-1, nil, nil, "--days must be between 0 and 365"),
      (366, nil, nil, "--days must be between 0 and 365"),
      (nil, "2024-06-02", "2024-05-31", "is after"), (nil, "2024-02-30", "2024-05-31", "--start '2024-02-30'"),
      (nil, "2024-05-31", "tomorrow", "--end 'tomorrow'"),
      (nil, "1900-01-01", "2024-12-31", "45656 dates; at most 36525"),
    ] as [(Int?, String?, String?, String)])
  func invalid(days: Int?, start: String?, end: String?, text: String) {
    let error = #expect(throws: CommandError.self) { try RunRange(days: days, start: start, end: end) }
    #expect(error?.description.contains(text) == true)
  }
}
