import Contracts
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import CacheManagerFunction

@Suite("Cache manager")
final class CacheManagerTests {
  private let publisher = FakePublisher()
  private var metrics = Metrics()
  private var log: [String] = []
  private var recorded: [(items: [PublishedItem], dataset: String)] = []
  private var recordingError: PipelineError?

  private static func dataset(_ id: String?) throws(PipelineError) -> Dataset {
    guard let id = id ?? Optional("d"), ["d", "other", "numbers"].contains(id) else {
      throw PipelineError(.invalidInput, "unknown dataset")
    }
    if id == "numbers" {
      // Its zone has no file.
      return Dataset(
        id: id, dataType: "numbers", timeZone: "Nowhere/None", extractor: "none", sinks: [], hasDates: false)
    }
    return Dataset(id: id, dataType: "events", timeZone: "America/Chicago", extractor: "none", sinks: [])
  }

  /// Runs the handler on a request as it comes over the wire, at an instant, and returns the response's body.
  private func respond(
    _ event: String, at now: String = "2024-05-31T19:00:00Z", publishers: [any Publisher]? = nil
  ) throws -> [String: Any] {
    let time = ManualTime(try #require(RFC3339.parse(now)).date)
    let handler = CacheManagerHandler(
      dataset: Self.dataset, publishers: { [self] _ in publishers ?? [publisher] },
      record: { [self] (items, dataset, _) throws(PipelineError) in
        recorded.append((items, dataset.id))
        if let recordingError { throw recordingError }
      }, time: time)
    let request = try JSONDecoder().decode(CacheRequest.self, from: Data(event.utf8))
    metrics = Metrics(time: time)
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { [self] in log.append($0) },
      metrics: metrics)
    let response = try JSONEncoder().encode(try handler.handle(request, context))
    let object = try #require(try JSONSerialization.jsonObject(with: response) as? [String: Any])
    #expect(object["statusCode"] as? Int == 200)
    return try #require(object["body"] as? [String: Any])
  }

  private func refusal(_ event: String) -> PipelineError? {
    do {
      _ = try respond(event)
      return nil
    } catch { return error as? PipelineError }
  }

  @Test("A date is published, and the response has the legacy system's shape")
  func date() throws {
    publisher.report = PublishReport(counts: ["2024-05-31": 118], bytes: 100)
    let body = try respond(#"{"queryStringParameters": {"date": "2024-05-31"}, "run": "r1"}"#)
    #expect(Set(body.keys) == ["status", "message", "dataset", "item", "date", "event_count"])
    #expect(body["status"] as? String == "success")
    #expect(body["message"] as? String == "118 events of 2024-05-31 cached")
    #expect(body["date"] as? String == "2024-05-31")
    #expect(body["event_count"] as? Int == 118)
    #expect(body["dataset"] as? String == "d")
    #expect(publisher.scopes == [.item(WorkItem(date: CalendarDate(daysSinceEpoch: 19_874)))])
    #expect(metrics.values == ["CachedEvents": 118, "CachedBytes": 100])
    #expect(log.count == 1)
    #expect(try #require(log.first).hasSuffix(" INFO 2024-05-31: 118 events cached, 100 bytes; 0 ms"))
  }

  @Test("Changed items are listed, and nothing is published")
  func changed() throws {
    publisher.changed = [WorkItem(date: CalendarDate(daysSinceEpoch: 19_874))]
    let body = try respond(#"{"dataset": "d", "changed_since": "2024-05-31T03:00:00.123Z"}"#)
    #expect(Set(body.keys) == ["status", "message", "dataset", "event_count", "items"])
    #expect(body["items"] as? [[String: String]] == [["id": "2024-05-31", "date": "2024-05-31"]])
    #expect(body["event_count"] as? Int == 0)
    #expect(publisher.scopes.isEmpty)
    #expect(publisher.times.map { RFC3339.utc(roundingToMilliseconds: $0) } == ["2024-05-31T03:00:00.123Z"])
    for wrong in [
      #"{"changed_since": "yesterday"}"#, #"{"changed_since": "2024-05-31T03:00:00Z", "date": "2024-05-31"}"#,
    ] {
      #expect(refusal(wrong)?.name == .invalidInput)
    }
  }

  @Test("A range is answered date by date")
  func range() throws {
    publisher.report = PublishReport(counts: ["2024-05-31": 3, "2024-06-01": 0, "2024-06-02": 2], bytes: 300)
    let body = try respond(#"{"queryStringParameters": {"start_date": "2024-05-31", "end_date": "2024-06-02"}}"#)
    #expect(Set(body.keys) == ["status", "message", "dataset", "start_date", "end_date", "event_count", "dates"])
    #expect(body["start_date"] as? String == "2024-05-31")
    #expect(body["end_date"] as? String == "2024-06-02")
    #expect(body["event_count"] as? Int == 5)
    #expect(body["dates"] as? [String: Int] == ["2024-05-31": 3, "2024-06-01": 0, "2024-06-02": 2])
    #expect(body["message"] as? String == "5 events of 2024-05-31 to 2024-06-02 cached")
    #expect(try #require(log.first).hasSuffix(" INFO 2024-05-31 to 2024-06-02: 5 events cached, 300 bytes; 0 ms"))
  }

  @Test("Dates are answered each, and so are items")
  func items() throws {
    publisher.report = PublishReport(counts: ["2024-05-31": 3, "2024-06-02": 2])
    let body = try respond(#"{"dates": ["2024-06-02", "2024-05-31", "2024-06-02"]}"#)
    #expect(Set(body.keys) == ["status", "message", "dataset", "event_count", "dates"])
    #expect(body["event_count"] as? Int == 5)
    #expect(body["message"] as? String == "5 events of 2 items cached")
    publisher.report = PublishReport(counts: ["page-1": 3])
    #expect(
      try respond(#"{"dataset": "other", "items": [{"id": "page-1"}]}"#)["dates"] as? [String: Int] == ["page-1": 3])
    #expect(publisher.scopes.last == .loaded([try WorkItem(id: "page-1")]))
  }

  @Test("Every publisher of the dataset publishes, and the first failure fails the invocation")
  func severalPublishers() throws {
    let other = FakePublisher()
    publisher.report = PublishReport(counts: ["2024-05-31": 3], bytes: 10)
    other.report = PublishReport(counts: ["2024-05-31": 4, "2024-06-01": 1], bytes: 20)
    let body = try respond(#"{"dates": ["2024-05-31", "2024-06-01"]}"#, publishers: [publisher, other])
    #expect(body["dates"] as? [String: Int] == ["2024-05-31": 3, "2024-06-01": 1])
    #expect(metrics.values == ["CachedEvents": 4, "CachedBytes": 30])
    publisher.error = PipelineError(.cacheUnavailable, "gone")
    let error = #expect(throws: PipelineError.self) { try respond("{}", publishers: [publisher, other]) }
    #expect(error?.name == .cacheUnavailable)
    #expect(other.scopes.count == 1)
  }

  @Test("The publishers hear that a run is complete once all have published; what they say is in the log")
  func completion() throws {
    let run = #"{"run": "cli-1", "started_at": "2024-05-31T03:00:00Z"}"#
    publisher.told = PublishReport()
    publisher.told.warnings = ["no message was sent"]
    let body = try respond(#"{"items": [{"id": "a"}], "run": "cli-1", "completion": \#(run)}"#)
    #expect(body["status"] as? String == "success")
    #expect(publisher.completed == [RunCompletion(run: "cli-1", startedAt: "2024-05-31T03:00:00Z")])
    #expect(log.contains { $0.contains(" WARN no message was sent") })
    _ = try respond(#"{"items": [{"id": "a"}], "completion": null}"#)
    publisher.error = PipelineError(.cacheUnavailable, "gone")
    #expect(throws: PipelineError.self) { try respond(#"{"items": [{"id": "a"}], "completion": \#(run)}"#) }
    #expect(publisher.completed.count == 1)
  }

  @Test("Each cached item is recorded with its expiry; a ledger that cannot be written is a warning, and no failure")
  func recording() throws {
    let item = WorkItem(date: CalendarDate(daysSinceEpoch: 19_874))
    let cached = PublishedItem(item: item, records: 3, lifetime: 3600)
    publisher.report = PublishReport(counts: [item.id: 3], bytes: 10, cached: [cached])
    _ = try respond(#"{"item": {"id": "2024-05-31", "date": "2024-05-31"}}"#)
    #expect(recorded.map(\.items) == [[cached]])
    #expect(recorded.map(\.dataset) == ["d"])
    #expect(log.count == 1)
    recordingError = PipelineError(.databaseUnavailable, "gone")
    let body = try respond(#"{"item": {"id": "2024-05-31", "date": "2024-05-31"}}"#)
    #expect(body["status"] as? String == "success")
    #expect(log.contains { $0.contains(" WARN the time of caching 2024-05-31 is not in the ledger: gone") })
  }

  @Test(
    "A dataset without publishers passes each state of a run: nothing is opened, no day and no zone is read",
    arguments: [
      #"{"dataset": "numbers", "item": {"id": "austin_jazz", "parameters": {"city": "Austin"}}, "run": "r"}"#,
      #"{"dataset": "numbers", "items": [{"id": "b"}, {"id": "a", "parameters": {"x": "1"}}], "run": "r"}"#,
      #"{"dataset": "numbers", "changed_since": "2024-05-31T03:00:00Z"}"#,
    ])
  func nothingPublished(event: String) throws {
    let body = try respond(event, publishers: [])
    #expect(body["status"] as? String == "success" && body["event_count"] as? Int == 0)
    #expect(event.contains("changed_since") == (body["items"] as? [Any] != nil))
    // The recorder gets nothing, and opens no database for it.
    #expect(recorded.allSatisfy { $0.items.isEmpty })
    #expect(log.count == 1 && log[0].contains(" INFO "))
  }

  @Test("A dataset without publishers has nothing to publish, which is a success")
  func noPublishers() throws {
    let body = try respond(#"{"date": "2024-05-31"}"#, publishers: [])
    #expect(body["status"] as? String == "success")
    #expect(body["event_count"] as? Int == 0)
    #expect(metrics.values.isEmpty)
  }

  @Test(
    "No date means today in the dataset's time zone",
    arguments: [
      ("{}", "2024-06-01T04:59:59Z", "2024-05-31"),
      (#"{"queryStringParameters": null}"#, "2024-06-01T05:00:00Z", "2024-06-01"),
      (#"{"queryStringParameters": {}}"#, "2024-03-11T04:59:59Z", "2024-03-10"),
      (#"{"queryStringParameters": {"date": null}}"#, "2024-11-04T05:59:59Z", "2024-11-03"),
    ])
  func today(event: String, now: String, date: String) throws {
    #expect(try respond(event, at: now)["date"] as? String == date)
  }

  @Test(
    "Wrong input is refused before anything is published",
    arguments: [
      (#"{"date": ""}"#, "date is ''"), (#"{"date": "31 May"}"#, "date is '31 May'"),
      (#"{"date": "2024-02-30"}"#, "2024-02-30"), (#"{"start_date": "2024-05-31"}"#, "one of them is missing"),
      (#"{"end_date": "2024-05-31"}"#, "one of them is missing"),
      (#"{"start_date": "2024-05-31", "end_date": "2024-05-30"}"#, "is after"),
      (#"{"start_date": "2024-01-01", "end_date": "2025-01-01"}"#, "367 days"),
      (#"{"start_date": "x", "end_date": "2025-01-01"}"#, "start_date is 'x'"),
      (#"{"date": "2024-05-31", "start_date": "2024-05-31", "end_date": "2024-05-31"}"#, "not both"),
      (#"{"date": "2024-05-31", "end_date": "2024-05-31"}"#, "not both"),
      (#"{"dat": "2024-05-31"}"#, "unknown query parameter: dat"),
    ])
  func refused(parameters: String, part: String) throws {
    try expectRefusal(of: #"{"queryStringParameters": \#(parameters)}"#, part)
  }

  @Test(
    "Wrong dates and datasets are refused before anything is published",
    arguments: [
      (#"{"dates": []}"#, "there are 0 dates"), (#"{"dates": ["2024-05-31", "x"]}"#, "dates is 'x'"),
      (#"{"dates": ["2024-05-31"], "date": "2024-05-31"}"#, "give one of"),
      (#"{"dates": ["2024-05-31"], "queryStringParameters": {"date": "2024-05-31"}}"#, "give one of"),
      (
        #"{"dates": ["\#(Array(repeating: "2024-05-31", count: 367).joined(separator: "\",\""))"]}"#,
        "there are 367 dates"
      ), (#"{"dataset": "x"}"#, "unknown dataset"),
    ])
  func refusedDates(event: String, part: String) throws { try expectRefusal(of: event, part) }

  private func expectRefusal(of event: String, _ part: String) throws {
    let error = try #require(refusal(event))
    #expect(error.name == .invalidInput)
    #expect(error.message.contains(part))
    #expect(publisher.scopes.isEmpty)
  }

  @Test(
    "A request of another shape cannot be decoded",
    arguments: ["[]", #"{"queryStringParameters": 5}"#, #"{"queryStringParameters": {"date": 20240531}}"#])
  func malformed(event: String) {
    #expect(throws: DecodingError.self) { try respond(event) }
  }
}

/// A publisher that returns a given report, or fails.
private final class FakePublisher: Publisher {
  var report = PublishReport()
  var error: PipelineError?
  private(set) var scopes: [CacheRequest.Scope] = []
  var changed: [WorkItem] = []
  private(set) var times: [Date] = []
  var told = PublishReport()
  private(set) var completed: [RunCompletion] = []

  func complete(_ run: RunCompletion, deadline: Deadline) -> PublishReport {
    completed.append(run)
    return told
  }

  func publish(_ scope: CacheRequest.Scope, deadline: Deadline) throws(PipelineError) -> PublishReport {
    scopes.append(scope)
    if let error { throw error }
    return report
  }

  func changedItems(since time: Date, deadline: Deadline) throws(PipelineError) -> [WorkItem] {
    times.append(time)
    return changed
  }
}
