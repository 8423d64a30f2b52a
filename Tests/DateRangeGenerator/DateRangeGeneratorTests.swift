import Contracts
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import DateRangeGeneratorFunction

@Suite("Date-range generator")
struct DateRangeGeneratorTests {
  /// Runs the handler on a request in the form of the wire, at an instant of UTC.
  private func respond(to request: String, at now: String = "2024-05-31T19:00:00Z") throws -> Data {
    let instant = try #require(RFC3339.parse(now)).date
    let time = ManualTime(instant)
    let handler = DateRangeGeneratorHandler(dataset: RepositoryDatasets.dataset, time: time)
    let request = try JSONDecoder().decode(PlanRequest.self, from: Data(request.utf8))
    var lines: [String] = []
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { lines.append($0) },
      metrics: Metrics(time: time))
    let response = try JSONEncoder().encode(try handler.handle(request, context))
    #expect(lines.count == 1 && lines[0].contains("\(Int(context.metrics.values["Dates"] ?? 0)) dates, "))
    return response
  }

  private func dates(_ request: String, at now: String = "2024-05-31T19:00:00Z") throws -> [String] {
    let response = try JSONDecoder().decode(
      FunctionResponse<PlanResponse>.self, from: try respond(to: request, at: now))
    #expect(response.body.items == response.body.dates.map(WorkItem.init(date:)))
    return response.body.dates.map(\.description)
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
    #expect(error.message == "dataset is 'woz': it must be one of wwoz")
  }

  @Test(
    "A request without a range means today and the 30 days after it",
    arguments: ["{}", #"{"days_ahead": null}"#, #"{"version": "0"}"#])
  func defaults(event: String) throws {
    let dates = try dates(event)
    #expect(dates.count == 31)
    #expect(dates.first == "2024-05-31")
    #expect(dates.last == "2024-06-30")
  }

  @Test(
    "Today is the day in the dataset's zone, not in UTC",
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
}
