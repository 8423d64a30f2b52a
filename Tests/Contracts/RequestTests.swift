import Contracts
import Foundation
import Testing
import Time

/// Requests in today's shape and in the former ones, and both directions of each type.
@Suite("Requests")
struct RequestTests {
  private let day = WorkItem(date: CalendarDate(daysSinceEpoch: 19_874))
  private let today = CalendarDate(daysSinceEpoch: 19_900)
  private let dataset = Dataset(
    id: "d", dataType: "events", timeZone: "UTC", extractor: "e", sinks: ["s"], publishers: [])

  private func decoded<Value: Decodable>(_ json: String, as type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws {
    #expect(try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value)) == value)
  }

  @Test(
    "The scraper's item comes as an item, or in a former shape as a date",
    arguments: [
      #"{"dataset": "d", "item": {"id": "2024-05-31", "date": "2024-05-31"}, "run": "r", "slot": 3, "sharing": 5}"#,
      #"{"queryStringParameters": {"date": "2024-05-31"}, "date": "2001-01-01"}"#, #"{"date": "2024-05-31"}"#,
    ])
  func scrape(json: String) throws {
    let request: ScrapeRequest = try decoded(json)
    #expect(try request.workItem() == day)
    try roundTrip(request)
  }

  @Test("A scrape request without an item is refused")
  func scrapeWithoutItem() throws {
    let error = #expect(throws: PipelineError.self) {
      try decoded(#"{"run": "r"}"#, as: ScrapeRequest.self).workItem()
    }
    #expect(error?.name == .invalidInput)
  }

  @Test(
    "The loader's target comes as an item and a key, or in the former shapes",
    arguments: [
      #"{"item": {"id": "2024-05-31", "date": "2024-05-31"}, "s3_key": "raw/k", "run": "r"}"#,
      #"{"date": "2024-05-31", "s3_key": "raw/k", "run": "r"}"#,
      #"{"extractorData": {"body": {"date": "2024-05-31", "s3_key": "raw/k", "run": "r"}}}"#,
      #"{"run": "r", "extractorData": {"date": "2024-05-31", "s3_key": "raw/k"}}"#,
    ])
  func load(json: String) throws {
    let request = try decoded(json, as: LoaderRequest.self)
    guard case .load(let load) = request else {
      Issue.record("not a load")
      return
    }
    #expect(try load.target(in: dataset) == LoadTarget(dataset: dataset, item: day, key: "raw/k", run: "r"))
    try roundTrip(request)
  }

  @Test(
    "A key of another day is refused",
    arguments: ["raw/d/events/year=2024/month=05/day=30/x.json", "raw/d/events_2024-06-01_r.json"])
  func otherDay(key: String) throws {
    let request = LoadRequest(item: day, s3Key: key)
    let error = #expect(throws: PipelineError.self) { try request.target(in: dataset) }
    #expect(error?.message.contains("of another day") == true)
  }

  @Test("An item without a date accepts any key")
  func undatedKey() throws {
    let item = try WorkItem(id: "page-1")
    let key = "raw/d/events/year=2024/month=05/day=30/events_page-1_r.json"
    #expect(try LoadRequest(item: item, s3Key: key).target(in: dataset).item == item)
  }

  @Test("The cache manager's scope comes as items, or in a former shape")
  func cache() throws {
    let other = WorkItem(date: CalendarDate(daysSinceEpoch: 19_875))
    let cases: [(String, CacheRequest.Scope)] = [
      (#"{"item": {"id": "2024-05-31", "date": "2024-05-31"}}"#, .item(day)),
      (#"{"queryStringParameters": {"date": "2024-05-31"}}"#, .item(day)), (#"{"date": "2024-05-31"}"#, .item(day)),
      ("{}", .item(WorkItem(date: today))), (#"{"queryStringParameters": null}"#, .item(WorkItem(date: today))),
      (
        #"{"queryStringParameters": {"start_date": "2024-05-31", "end_date": "2024-06-01"}}"#,
        .range(day.date!...other.date!)
      ),
      (#"{"dates": ["2024-06-01", "2024-05-31", "2024-06-01"]}"#, .loaded([day, other])),
      (
        #"{"items": [{"id": "2024-06-01", "date": "2024-06-01"}, {"id": "2024-05-31", "date": "2024-05-31"}]}"#,
        .loaded([day, other])
      ),
    ]
    for (json, scope) in cases {
      let request: CacheRequest = try decoded(json)
      #expect(try request.scope(today: today) == scope, "\(json)")
      try roundTrip(request)
    }
  }

  @Test(
    "A scope that names two things, nothing known, or no item is refused",
    arguments: [
      #"{"item": {"id": "a"}, "dates": ["2024-05-31"]}"#, #"{"items": []}"#, #"{"dates": []}"#,
      #"{"items": [{"id": "a"}], "date": "2024-05-31"}"#, #"{"queryStringParameters": {"day": "2024-05-31"}}"#,
      #"{"queryStringParameters": {"date": "2024-05-31", "end_date": "2024-05-31"}}"#,
    ])
  func cacheRefusals(json: String) throws {
    let request: CacheRequest = try decoded(json)
    let error = #expect(throws: PipelineError.self) { try request.scope(today: today) }
    #expect(error?.name == .invalidInput)
  }

  @Test("More items than a run may have are refused")
  func tooMany() throws {
    let items = (0...Limits.maximumItems).map { WorkItem(date: today.adding(days: $0)) }
    #expect(throws: PipelineError.self) { try CacheRequest(items: items).scope(today: today) }
    #expect(try CacheRequest(items: Array(items.dropLast())).scope(today: today) == .loaded(items.dropLast()))
  }

  @Test("Plan requests survive both directions")
  func plan() throws {
    try roundTrip(PlanRequest(dataset: "d", daysAhead: 3))
    try roundTrip(PlanRequest(startDate: "2024-05-31", endDate: "2024-06-01"))
    try roundTrip(PlanResponse(dataset: "d", dates: (day.date!...today).dates))
  }
}
