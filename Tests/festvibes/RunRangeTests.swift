import Contracts
import Definitions
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

  /// A dataset of three items.
  private static let markets = Dataset(
    id: "markets", dataType: "market_prices", timeZone: "UTC", extractor: "e", sinks: [], hasDates: false)
  private static func plan() throws -> [WorkItem] {
    try ["usd", "eur", "btc"].map { try WorkItem(id: $0, parameters: ["currency": $0]) }
  }

  @Test("Without dates a run is of the whole plan, or of items by their ids, with their parameters")
  func plan() throws {
    let plan = try Self.plan()
    let whole = try RunRange(of: Self.markets, .items(plan))
    #expect(try json(whole) == "{}")
    #expect(whole.description == "all 3 items" && whole.workItems == plan && whole.dates.isEmpty)
    let some = try RunRange(of: Self.markets, .items(plan), items: ["btc", "usd"])
    #expect(try json(some) == #"{"items":["usd","btc"]}"#)
    #expect(some.description == "usd, btc" && some.workItems == [plan[0], plan[2]])
    #expect(try RunRange(of: Self.markets, .items([plan[0]])).description == "usd")
  }

  @Test("What a dataset does not have is refused at once, and the message says what it has")
  func foreign() throws {
    let plan = ItemPlan.items(try Self.plan())
    for range in [(1, nil, nil), (nil, "2024-05-31", nil), (nil, nil, "2024-05-31")] as [(Int?, String?, String?)] {
      let error = #expect(throws: CommandError.self) {
        try RunRange(of: Self.markets, plan, days: range.0, start: range.1, first: range.2)
      }
      #expect(error?.description.hasPrefix("dataset markets has no dates: leave out ") == true)
      #expect(error?.description.hasSuffix("--item names one of usd, eur, btc") == true)
    }
    for (items, text) in [(["gbp"], "it has usd, eur, btc"), (["usd", "usd"], "--item usd is given twice")] {
      let error = #expect(throws: CommandError.self) { try RunRange(of: Self.markets, plan, items: items) }
      #expect(error?.description.contains(text) == true)
    }
    let days = Dataset(id: "d", dataType: "events", timeZone: "UTC", extractor: "e", sinks: [])
    let error = #expect(throws: CommandError.self) { try RunRange(of: days, .dates, items: ["foo"]) }
    #expect(error?.description == "--item 'foo' is not a date like 2024-05-31: the items of d are dates")
    #expect(try RunRange(of: days, .dates, items: ["2024-05-31"]) == .items(["2024-05-31"]))
  }

  @Test("The items of a dataset of months are those that a range touches, or that are named; else what the plan says")
  func months() throws {
    let section = Section(values: [("kind", .scalar("months")), ("months_back", .scalar("1"))])
    let plan = try ItemPlan(section)
    let range = try RunRange(of: Self.markets, plan, first: "2024-01-31", last: "2024-02-01")
    #expect(try json(range) == #"{"items":["2024-01","2024-02"]}"#)
    #expect(range.workItems.first?.parameters["month"] == "2024-01")
    #expect(try json(RunRange(of: Self.markets, plan, start: "2024-01-31")) == #"{"items":["2024-01"]}"#)
    #expect(try json(RunRange(of: Self.markets, plan, items: ["2024-05"])) == #"{"items":["2024-05"]}"#)
    let whole = try RunRange(of: Self.markets, plan)
    #expect(try json(whole) == "{}" && whole.workItems.count == 2)
    for (days, items, text) in [
      (1, [], "are months: leave out --days"), (nil, ["2024-05-31"], "must be a month like 2024-05"),
    ] as [(Int?, [String], String)] {
      let error = #expect(throws: CommandError.self) {
        try RunRange(of: Self.markets, plan, days: days, items: items)
      }
      #expect(error?.description.contains(text) == true)
    }
  }

  @Test("A plan of dates says how many days a run has that names none")
  func daysAhead() throws {
    let days = Dataset(id: "d", dataType: "events", timeZone: "UTC", extractor: "e", sinks: [])
    let plan = try ItemPlan(Section(values: [("kind", .scalar("dates")), ("days_ahead", .scalar("3"))]))
    #expect(try RunRange(of: days, plan) == .days(3))
    #expect(try RunRange(of: days, plan, days: 5) == .days(5))
    #expect(try RunRange(of: days, .dates) == .days(30))
  }

  @Test("A job and an object are in the request, and in the command that goes on")
  func job() throws {
    let job = PlanRequest(jobType: "hourly", bucket: "shop", key: "in/a b.csv")
    let plan = RunRange.days(2).plan(with: job)
    #expect(plan == PlanRequest(daysAhead: 2, jobType: "hourly", bucket: "shop", key: "in/a b.csv"))
    #expect(JobOptions.words(job) == " --job hourly --bucket shop --key 'in/a b.csv'")
    #expect(JobOptions.words(PlanRequest()) == "")
  }

  @Test("The nouns are the dataset's")
  func words() {
    #expect(Self.markets.words.items(1) == "1 item" && Self.markets.words.items(2) == "2 items")
    #expect(Self.markets.words.records(1) == "1 market price" && Self.markets.words.records(0) == "0 market prices")
    #expect(Words(item: "item", records: "data").records(1) == "1 data")
    #expect(Words.ofDays.items(31) == "31 dates" && Words.ofDays.records(1) == "1 event")
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
