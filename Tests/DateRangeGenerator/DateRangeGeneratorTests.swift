import Contracts
import Definitions
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import DateRangeGeneratorFunction

@Suite("Date-range generator")
struct DateRangeGeneratorTests {
  /// WWOZ, and a dataset of four items.
  private static func definition(
    _ id: String?, _ job: String?
  ) throws(PipelineError) -> DateRangeGeneratorHandler.Planned {
    guard id == "concerts" else { return (try RepositoryDatasets.dataset(id), .dates, false) }
    let values = Section(values: [
      ("city", .list([.scalar("New Orleans"), .scalar("Austin")])),
      ("keyword", .list([.scalar("jazz"), .scalar("rock")])),
    ])
    let plan = Section(values: [
      ("kind", .scalar("product")), ("values", .section(values)), ("max_records", .scalar("10")),
    ])
    // Its zone has no file: nothing of a dataset without dates needs the day.
    let dataset = Dataset(
      id: "concerts", dataType: "events", timeZone: "Nowhere/None", extractor: "e", sinks: [], hasDates: false)
    return (dataset, try ItemPlan(plan), true)
  }

  /// Runs the handler on a request in the form of the wire, at an instant of UTC.
  private func respond(to request: String, at now: String = "2024-05-31T19:00:00Z") throws -> Data {
    let instant = try #require(RFC3339.parse(now)).date
    let time = ManualTime(instant)
    let handler = DateRangeGeneratorHandler(definition: Self.definition, time: time)
    let request = try JSONDecoder().decode(RunRequest.self, from: Data(request.utf8))
    var lines: [String] = []
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { lines.append($0) },
      metrics: Metrics(time: time))
    let response = try JSONEncoder().encode(try handler.handle(request, context))
    #expect(lines.count == 1 && lines[0].contains(" INFO \(Int(context.metrics.values["Dates"] ?? 0)) "))
    return response
  }

  private func dates(_ request: String, at now: String = "2024-05-31T19:00:00Z") throws -> [String] {
    let response = try JSONDecoder().decode(
      FunctionResponse<PlanResponse>.self, from: try respond(to: request, at: now))
    #expect(response.body.items == response.body.dates?.map(WorkItem.init(date:)))
    return response.body.dates?.map(\.description) ?? []
  }

  private func refusal(_ request: String) -> PipelineError? {
    do {
      _ = try respond(to: request)
      return nil
    } catch { return error as? PipelineError }
  }

  @Test("The response has the legacy system's shape, and the work items beside the dates")
  func shape() throws {
    let response = try #require(
      try JSONSerialization.jsonObject(with: try respond(to: #"{"days_ahead": 2}"#)) as? [String: Any])
    #expect(response["statusCode"] as? Int == 200)
    #expect(response["headers"] as? [String: String] == ["Content-Type": "application/json"])
    let body = try #require(response["body"] as? [String: Any])
    #expect(body["status"] as? String == "success")
    #expect(body["dataset"] as? String == "wwoz")
    #expect(body["dates"] as? [String] == ["2024-05-31", "2024-06-01", "2024-06-02"])
    #expect(
      body["items"] as? [[String: String]]
        == ["2024-05-31", "2024-06-01", "2024-06-02"].map { ["id": $0, "date": $0] })
    #expect(body["start_date"] as? String == "2024-05-31")
    #expect(body["end_date"] as? String == "2024-06-02")
    #expect(body["count"] as? Int == 3)
    #expect(body.count == 7)
  }

  @Test("A dataset is named, or is the standard one; an unknown one is refused")
  func dataset() throws {
    #expect(try dates(#"{"dataset": "wwoz", "days_ahead": 0}"#) == ["2024-05-31"])
    #expect(try dates(#"{"dataset": null, "days_ahead": 0}"#) == ["2024-05-31"])
    let error = try #require(refusal(#"{"dataset": "woz", "days_ahead": 0}"#))
    #expect(error.name == .invalidInput)
    let known = try RepositoryDatasets.catalog().ids().joined(separator: ", ")
    #expect(error.message == "dataset is 'woz': it must be one of \(known)" && known.contains("wwoz"))
  }

  @Test(
    "A request without a range means today and the 30 days after it (F01)",
    arguments: ["{}", #"{"days_ahead": null}"#, #"{"version": "0"}"#])
  func defaults(event: String) throws {
    let dates = try dates(event)
    #expect(dates.count == 31)
    #expect(dates.first == "2024-05-31")
    #expect(dates.last == "2024-06-30")
  }

  @Test(
    "Today is the day in the dataset's zone, not in UTC (F01)",
    arguments: [
      ("2024-06-01T04:59:59Z", "2024-05-31"), ("2024-06-01T05:00:00Z", "2024-06-01"),
      ("2024-01-01T05:59:59Z", "2023-12-31"), ("2024-01-01T06:00:00Z", "2024-01-01"),
      // The days on which the clocks change.
      ("2024-03-10T05:59:59Z", "2024-03-09"), ("2024-03-11T04:59:59Z", "2024-03-10"),
      ("2024-11-03T04:59:59Z", "2024-11-02"), ("2024-11-04T05:59:59Z", "2024-11-03"),
    ])
  func today(now: String, day: String) throws {
    #expect(try dates(#"{"days_ahead": 0}"#, at: now) == [day])
  }

  @Test("A range is returned whole, leap day and change of clocks included")
  func range() throws {
    let leap = try dates(#"{"start_date": "2024-02-28", "end_date": "2024-03-01"}"#)
    #expect(leap == ["2024-02-28", "2024-02-29", "2024-03-01"])
    let spring = try dates(#"{"start_date": "2024-03-09", "end_date": "2024-03-11"}"#)
    #expect(spring == ["2024-03-09", "2024-03-10", "2024-03-11"])
    #expect(try dates(#"{"start_date": "2024-01-01", "end_date": "2024-12-31"}"#).count == 366)
    #expect(try dates(#"{"days_ahead": 365}"#).count == 366)
  }

  @Test("Items are planned by their ids, in order")
  func items() throws {
    #expect(try dates(#"{"items": ["2024-06-02", "2024-05-31"]}"#) == ["2024-05-31", "2024-06-02"])
    #expect(try dates(#"{"items": ["2024-05-31"], "max_failures": 36, "cached_from": "2024-05-01"}"#).count == 1)
  }

  @Test(
    "A nonsensical range is InvalidInput, and the message says what is wrong",
    arguments: [
      (#"{"items": []}"#, "there are 0 items"), (#"{"items": ["austin"]}"#, "items is 'austin'"),
      (#"{"items": ["2024-05-31", "2024-05-31"]}"#, "2024-05-31 twice"),
      (#"{"items": ["2024-05-31"], "days_ahead": 1}"#, "not both"),
      (#"{"max_failures": 37}"#, "max_failures is 37"), (#"{"max_failures": -1}"#, "0 to 36"),
      (#"{"cached_from": "soon"}"#, "cached_from is 'soon'"),
      (#"{"days_ahead": -1}"#, "days_ahead is -1"), (#"{"days_ahead": 366}"#, "days_ahead is 366"),
      (#"{"start_date": "2024-06-02", "end_date": "2024-05-31"}"#, "is after"),
      (#"{"start_date": "2023-01-01", "end_date": "2024-01-02"}"#, "367 days"),
      (#"{"start_date": "2024-02-30", "end_date": "2024-03-01"}"#, "start_date is '2024-02-30'"),
      (#"{"start_date": "2024-03-01", "end_date": "tomorrow"}"#, "end_date is 'tomorrow'"),
      (#"{"start_date": "2024-03-01"}"#, "one of them is missing"),
      (#"{"end_date": "2024-03-01"}"#, "one of them is missing"),
      (#"{"days_ahead": 1, "start_date": "2024-03-01", "end_date": "2024-03-01"}"#, "not both"),
    ])
  func invalid(event: String, reason: String) throws {
    let error = try #require(refusal(event))
    #expect(error.name == .invalidInput)
    #expect(error.message.contains(reason))
  }

  @Test("The response for WWOZ is byte for byte the one of before there were other plans")
  func bytes() throws {
    let response = try JSONDecoder().decode(
      FunctionResponse<PlanResponse>.self,
      from: Data(String(decoding: respond(to: #"{"days_ahead": 1}"#), as: UTF8.self).utf8))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(
      String(decoding: try encoder.encode(response.body), as: UTF8.self)
        == #"{"count":2,"dataset":"wwoz","dates":["2024-05-31","2024-06-01"],"end_date":"2024-06-01","#
        + #""items":[{"date":"2024-05-31","id":"2024-05-31"},{"date":"2024-06-01","id":"2024-06-01"}],"#
        + #""start_date":"2024-05-31","status":"success"}"#)
  }

  /// Returns the response's body for the dataset without dates.
  private func plan(_ options: String = "") throws -> [String: Any] {
    let data = try respond(to: #"{"dataset": "concerts"\#(options)}"#)
    let response = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(response["body"] as? [String: Any])
  }

  @Test("Without dates a run is of the whole plan, in its order, and the response has no dates")
  func product() throws {
    let body = try plan(#", "trigger": "schedule""#)
    #expect(Set(body.keys) == ["status", "dataset", "items", "count", "needs_ledger"])
    #expect(body["needs_ledger"] as? Bool == true, "its definition has a lock or checkpoints")
    let items = try #require(body["items"] as? [[String: Any]])
    #expect(
      items.map { $0["id"] as? String } == ["new-orleans_jazz", "new-orleans_rock", "austin_jazz", "austin_rock"])
    #expect(
      items[0]["parameters"] as? [String: String] == ["city": "New Orleans", "keyword": "jazz", "max_records": "4"])
    #expect(items.allSatisfy { $0["date"] == nil })
    #expect(body["count"] as? Int == 4)
  }

  @Test("Items by their ids have the parameters that they have in a whole run: a retry asks for the same")
  func picked() throws {
    let whole = try #require(try plan()["items"] as? [[String: Any]])
    let body = try plan(#", "items": ["austin_rock", "new-orleans_jazz"]"#)
    let items = try #require(body["items"] as? [[String: Any]])
    #expect(items as NSArray == [whole[0], whole[3]] as NSArray)
  }

  @Test(
    "What a dataset without dates does not have is InvalidInput, and the message says what it has",
    arguments: [
      (#""days_ahead": 3"#, "dataset concerts has no dates: leave out days_ahead"),
      (#""start_date": "2024-05-31", "end_date": "2024-05-31""#, "leave out start_date and end_date"),
      (#""cached_from": "2024-05-31""#, "dataset concerts has no dates"),
      (#""items": ["austin_jazz"], "days_ahead": 0"#, "dataset concerts has no dates"),
      (#""items": ["2024-05-31"]"#, "it has new-orleans_jazz, new-orleans_rock, austin_jazz, austin_rock"),
      (#""items": ["austin_jazz", "austin_jazz"]"#, "austin_jazz twice"), (#""items": []"#, "there are 0 items"),
      (#""max_failures": 37"#, "max_failures is 37"),
    ])
  func withoutDates(options: String, reason: String) throws {
    let error = try #require(refusal(#"{"dataset": "concerts", \#(options)}"#))
    #expect(error.name == .invalidInput)
    #expect(error.message.contains(reason), "\(error.message)")
  }
}
