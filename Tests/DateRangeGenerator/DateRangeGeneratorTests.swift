import Foundation
import LambdaRuntime
import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time

@testable import DateRangeGeneratorFunction

@Suite("Date-range generator")
struct DateRangeGeneratorTests {
  /// Runs the handler on an event as it comes over the wire, at an instant of UTC.
  private func answer(_ event: String, at now: String = "2024-05-31T19:00:00Z") throws -> [String: Any] {
    let instant = try #require(RFC3339.parse(now)).date
    let time = ManualTime(instant)
    let handler = DateRangeGeneratorHandler(zone: try Dataset.wwoz.timeZoneRules(), time: time)
    let request = try JSONDecoder().decode(PlanRequest.self, from: Data(event.utf8))
    var lines: [String] = []
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { lines.append($0) },
      metrics: Metrics(time: time))
    let answer = try JSONEncoder().encode(try handler.handle(request, context))
    #expect(lines.count == 1 && lines[0].contains("\(Int(context.metrics.values["Dates"] ?? 0)) dates, "))
    return try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
  }

  private func dates(_ event: String, at now: String = "2024-05-31T19:00:00Z") throws -> [String] {
    let body = try #require(try answer(event, at: now)["body"] as? [String: Any])
    return try #require(body["dates"] as? [String])
  }

  private func refusal(_ event: String) -> PipelineError? {
    do {
      _ = try answer(event)
      return nil
    } catch { return error as? PipelineError }
  }

  @Test("answers in the shape of system 000")
  func shape() throws {
    let answer = try answer(#"{"days_ahead": 2}"#)
    #expect(answer["statusCode"] as? Int == 200)
    #expect(answer["headers"] as? [String: String] == ["Content-Type": "application/json"])
    let body = try #require(answer["body"] as? [String: Any])
    #expect(body["status"] as? String == "success")
    #expect(body["dates"] as? [String] == ["2024-05-31", "2024-06-01", "2024-06-02"])
    #expect(body["start_date"] as? String == "2024-05-31")
    #expect(body["end_date"] as? String == "2024-06-02")
    #expect(body["count"] as? Int == 3)
    #expect(body.count == 5)
  }

  @Test(
    "nothing said means today and the 30 days after it",
    arguments: ["{}", #"{"days_ahead": null}"#, #"{"version": "0"}"#])
  func defaults(event: String) throws {
    let dates = try dates(event)
    #expect(dates.count == 31)
    #expect(dates.first == "2024-05-31")
    #expect(dates.last == "2024-06-30")
  }

  @Test(
    "today is the day in New Orleans, not in UTC",
    arguments: [
      ("2024-06-01T04:59:59Z", "2024-05-31"), ("2024-06-01T05:00:00Z", "2024-06-01"),
      ("2024-01-01T05:59:59Z", "2023-12-31"), ("2024-01-01T06:00:00Z", "2024-01-01"),
      // The nights on which the clocks change.
      ("2024-03-10T05:59:59Z", "2024-03-09"), ("2024-03-11T04:59:59Z", "2024-03-10"),
      ("2024-11-03T04:59:59Z", "2024-11-02"), ("2024-11-04T05:59:59Z", "2024-11-03"),
    ])
  func today(now: String, day: String) throws {
    #expect(try dates(#"{"days_ahead": 0}"#, at: now) == [day])
  }

  @Test("a range is given back whole, leap day and change of clocks included")
  func range() throws {
    let leap = try dates(#"{"start_date": "2024-02-28", "end_date": "2024-03-01"}"#)
    #expect(leap == ["2024-02-28", "2024-02-29", "2024-03-01"])
    let spring = try dates(#"{"start_date": "2024-03-09", "end_date": "2024-03-11"}"#)
    #expect(spring == ["2024-03-09", "2024-03-10", "2024-03-11"])
    #expect(try dates(#"{"start_date": "2024-01-01", "end_date": "2024-12-31"}"#).count == 366)
    #expect(try dates(#"{"days_ahead": 365}"#).count == 366)
  }

  @Test(
    "what cannot be meant is InvalidInput, and says what is wrong",
    arguments: [
      (#"{"days_ahead": -1}"#, "days_ahead is -1"), (#"{"days_ahead": 366}"#, "days_ahead is 366"),
      (#"{"start_date": "2024-06-02", "end_date": "2024-05-31"}"#, "lies after"),
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
