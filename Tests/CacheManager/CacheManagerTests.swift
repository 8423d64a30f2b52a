import EventCache
import Foundation
import LambdaRuntime
import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time

@testable import CacheManagerFunction

@Suite("Cache manager")
final class CacheManagerTests {
  /// What the handler asked to be read, and what it wrote, in order.
  private var reads: [ClosedRange<CalendarDate>] = []
  private var writes: [[CalendarDate: [EventRecord]]] = []
  /// What the database holds.
  private var stored: [CalendarDate: [EventRecord]] = [:]
  /// The dates that were ever loaded; nil for all.
  private var loaded: Set<CalendarDate>?
  private var metrics = Metrics()
  private var log: [String] = []

  private func make(_ count: Int) -> [EventRecord] {
    (0..<count).map { number in
      EventRecord(
        artist: .init(name: "Artist \(number)"), venue: .init(), event: .init(), performanceTime: nil, scrapeTime: "")
    }
  }

  private func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

  /// Runs the handler on an event as it comes over the wire, at an instant, and returns its body.
  private func answer(
    _ event: String, at now: String = "2024-05-31T19:00:00Z", writing: CacheManagerHandler.Writer? = nil
  ) throws -> [String: Any] {
    let time = ManualTime(try #require(RFC3339.parse(now)).date)
    let handler = CacheManagerHandler(
      zone: try Dataset.wwoz.timeZoneRules(), time: time,
      reading: { [self] range, _ in
        reads.append(range)
        return stored.filter { range.contains($0.key) }
      },
      writing: writing ?? { [self] days, _ in
        writes.append(days)
        return days.count * 100
      }, finding: { [self] dates, _ in loaded ?? Set(dates) })
    let request = try JSONDecoder().decode(CacheRequest.self, from: Data(event.utf8))
    metrics = Metrics(time: time)
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { [self] in log.append($0) },
      metrics: metrics)
    let answer = try JSONEncoder().encode(try handler.handle(request, context))
    let object = try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
    #expect(object["statusCode"] as? Int == 200)
    return try #require(object["body"] as? [String: Any])
  }

  private func refusal(_ event: String) -> PipelineError? {
    do {
      _ = try answer(event)
      return nil
    } catch { return error as? PipelineError }
  }

  @Test("A date is read and written, and the answer has system 000's shape")
  func date() throws {
    let date = try day("2024-05-31")
    stored[date] = make(118)
    let body = try answer(#"{"queryStringParameters": {"date": "2024-05-31"}, "run": "r1"}"#)
    #expect(body["status"] as? String == "success")
    #expect(body["message"] as? String == "118 events of 2024-05-31 cached")
    #expect(body["date"] as? String == "2024-05-31")
    #expect(body["event_count"] as? Int == 118)
    #expect(body.count == 4)
    #expect(reads == [date...date, date...date], "once more after it was written")
    #expect(writes == [[date: make(118)]])
    #expect(metrics.values == ["CachedEvents": 118, "CachedBytes": 100])
    #expect(log.count == 1)
    #expect(try #require(log.first).hasSuffix(" INFO 2024-05-31: 118 events cached, 100 bytes; 0 ms"))
  }

  @Test("A day with no events is written as such, and a success")
  func emptyDay() throws {
    let body = try answer(#"{"queryStringParameters": {"date": "2024-06-01"}}"#)
    #expect(body["status"] as? String == "success")
    #expect(body["event_count"] as? Int == 0)
    #expect(metrics.values["CachedEvents"] == nil)
    #expect(writes == [[try day("2024-06-01"): []]])
  }

  @Test(
    "No date means today in New Orleans",
    arguments: [
      ("{}", "2024-06-01T04:59:59Z", "2024-05-31"),
      (#"{"queryStringParameters": null}"#, "2024-06-01T05:00:00Z", "2024-06-01"),
      (#"{"queryStringParameters": {}}"#, "2024-03-11T04:59:59Z", "2024-03-10"),
      (#"{"queryStringParameters": {"date": null}}"#, "2024-11-04T05:59:59Z", "2024-11-03"),
    ])
  func today(event: String, now: String, date: String) throws {
    #expect(try answer(event, at: now)["date"] as? String == date)
  }

  @Test("A range is answered date by date, with dates that have none")
  func range() throws {
    stored[try day("2024-05-31")] = make(3)
    stored[try day("2024-06-02")] = make(2)
    let body = try answer(#"{"queryStringParameters": {"start_date": "2024-05-31", "end_date": "2024-06-02"}}"#)
    #expect(body["status"] as? String == "success")
    #expect(body["start_date"] as? String == "2024-05-31")
    #expect(body["end_date"] as? String == "2024-06-02")
    #expect(body["event_count"] as? Int == 5)
    #expect(body["dates"] as? [String: Int] == ["2024-05-31": 3, "2024-06-01": 0, "2024-06-02": 2])
    #expect(body["message"] as? String == "5 events of 2024-05-31 to 2024-06-02 cached")
    #expect(metrics.values == ["CachedEvents": 5, "CachedBytes": 300])
    #expect(try #require(log.first).hasSuffix(" INFO 2024-05-31 to 2024-06-02: 5 events cached, 300 bytes; 0 ms"))
    #expect(body.count == 6)
  }

  @Test("Dates are written, each once, and those between them are not")
  func dates() throws {
    stored[try day("2024-05-30")] = make(1)
    stored[try day("2024-05-31")] = make(3)
    stored[try day("2024-06-02")] = make(2)
    stored[try day("2024-06-03")] = make(7)
    let body = try answer(#"{"dates": ["2024-06-02", "2024-05-30", "2024-05-31", "2024-06-02", "2024-06-04"]}"#)
    #expect(body["status"] as? String == "success")
    #expect(body["event_count"] as? Int == 6)
    #expect(
      body["dates"] as? [String: Int] == ["2024-05-30": 1, "2024-05-31": 3, "2024-06-02": 2, "2024-06-04": 0])
    #expect(body["message"] as? String == "6 events of 4 dates cached")
    #expect(body.count == 4)
    #expect(
      writes.flatMap(\.keys).map { "\($0)" }.sorted() == ["2024-05-30", "2024-05-31", "2024-06-02", "2024-06-04"])
    #expect(reads.count == 6)
  }

  @Test("Of dates, one that was never loaded is left alone: nobody knows that it has no events")
  func neverLoaded() throws {
    let known = try day("2024-05-31")
    loaded = [known]
    let body = try answer(#"{"dates": ["2024-05-31", "2024-06-01"]}"#)
    #expect(body["dates"] as? [String: Int] == ["2024-05-31": 0])
    #expect(writes == [[known: []]])
    loaded = []
    #expect(try answer(#"{"dates": ["2024-06-01"]}"#)["event_count"] as? Int == 0)
    #expect(writes.count == 1)
  }

  @Test("Two at once leave what the database has, also when the one that read first writes last")
  func slowWriter() throws {
    let date = try day("2024-05-31")
    let event = #"{"queryStringParameters": {"date": "2024-05-31"}}"#
    var cached: [CalendarDate: [EventRecord]] = [:]
    let write: CacheManagerHandler.Writer = { days, _ in
      cached.merge(days) { $1 }
      return 1
    }
    stored[date] = make(1)
    var isFirst = true
    let body = try answer(event) { days, deadline in
      if isFirst {
        isFirst = false
        // While this one stalls, the day is loaded and cached by another.
        self.stored[date] = self.make(2)
        _ = try self.answer(event, writing: write)
        #expect(cached[date] == self.make(2))
      }
      return try write(days, deadline)
    }
    #expect(cached[date] == make(2))
    #expect(body["event_count"] as? Int == 2)
  }

  @Test("A day that changes each time that it is written ends with the time")
  func restless() throws {
    let date = try day("2024-05-31")
    var writes = 0
    let error = #expect(throws: PipelineError.self) {
      try answer(#"{"queryStringParameters": {"date": "2024-05-31"}}"#) { _, _ in
        writes += 1
        if writes == 5 { throw PipelineError(.deadlineExceeded, "no time was left for Redis") }
        self.stored[date] = self.make(writes)
        return 0
      }
    }
    #expect(error?.name == .deadlineExceeded)
  }

  @Test("A year is read and written in parts that join without a gap, each date once")
  func year() throws {
    let body = try answer(#"{"queryStringParameters": {"start_date": "2024-01-01", "end_date": "2024-12-31"}}"#)
    #expect((body["dates"] as? [String: Int])?.count == 366)
    #expect(reads.first?.lowerBound == (try day("2024-01-01")))
    #expect(reads.last?.upperBound == (try day("2024-12-31")))
    let parts = reads.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    for (part, next) in zip(parts, parts.dropFirst()) { #expect(next.lowerBound == part.upperBound.adding(days: 1)) }
    #expect(reads.count == 24)
    #expect(writes.map(\.count).reduce(0, +) == 366)
    #expect(writes.allSatisfy { $0.count <= 31 })
  }

  @Test("A range of one date, and the last of the calendar, end")
  func edges() throws {
    for date in ["2024-05-31", "9999-12-31"] {
      let body = try answer(#"{"queryStringParameters": {"start_date": "\#(date)", "end_date": "\#(date)"}}"#)
      #expect(body["dates"] as? [String: Int] == [date: 0])
    }
  }

  @Test(
    "Wrong input is refused before anything is read",
    arguments: [
      (#"{"date": ""}"#, "date is ''"), (#"{"date": "31 May"}"#, "date is '31 May'"),
      (#"{"date": "2024-02-30"}"#, "2024-02-30"), (#"{"start_date": "2024-05-31"}"#, "one of them is missing"),
      (#"{"end_date": "2024-05-31"}"#, "one of them is missing"),
      (#"{"start_date": "2024-05-31", "end_date": "2024-05-30"}"#, "lies after"),
      (#"{"start_date": "2024-01-01", "end_date": "2025-01-01"}"#, "367 days"),
      (#"{"start_date": "x", "end_date": "2025-01-01"}"#, "start_date is 'x'"),
      (#"{"date": "2024-05-31", "start_date": "2024-05-31", "end_date": "2024-05-31"}"#, "not both"),
      (#"{"date": "2024-05-31", "end_date": "2024-05-31"}"#, "not both"),
      (#"{"dat": "2024-05-31"}"#, "no such parameter: dat"),
    ])
  func refused(parameters: String, part: String) throws {
    try expectRefusal(of: #"{"queryStringParameters": \#(parameters)}"#, part)
  }

  @Test(
    "Wrong dates are refused before anything is read",
    arguments: [
      (#"{"dates": []}"#, "there are 0 dates"), (#"{"dates": ["2024-05-31", "x"]}"#, "dates is 'x'"),
      (#"{"dates": ["2024-05-31"], "date": "2024-05-31"}"#, "either dates"),
      (#"{"dates": ["2024-05-31"], "queryStringParameters": {"date": "2024-05-31"}}"#, "either dates"),
      (
        #"{"dates": ["\#(Array(repeating: "2024-05-31", count: 367).joined(separator: "\",\""))"]}"#,
        "there are 367 dates"
      ),
    ])
  func refusedDates(event: String, part: String) throws { try expectRefusal(of: event, part) }

  private func expectRefusal(of event: String, _ part: String) throws {
    let error = try #require(refusal(event))
    #expect(error.name == .invalidInput)
    #expect(error.message.contains(part))
    #expect(reads.isEmpty && writes.isEmpty)
  }

  @Test(
    "An event of another shape cannot be decoded",
    arguments: ["[]", #"{"queryStringParameters": 5}"#, #"{"queryStringParameters": {"date": 20240531}}"#])
  func malformed(event: String) {
    #expect(throws: DecodingError.self) { try answer(event) }
  }

  @Test("A failure to write is the answer's, though earlier parts are written")
  func failure() {
    var parts = 0
    let error = #expect(throws: PipelineError.self) {
      try answer(
        #"{"queryStringParameters": {"start_date": "2024-01-01", "end_date": "2024-03-31"}}"#,
        writing: { _, _ in
          parts += 1
          if parts == 2 { throw PipelineError(.cacheUnavailable, "gone") }
          return 0
        })
    }
    #expect(error?.name == .cacheUnavailable)
    #expect(parts == 2)
  }

  @Test("With the real cache, the day is there", .enabled(if: RedisService.isRunning, "start the services: make test"))
  func realCache() throws {
    let date = try day("2024-05-31")
    stored[date] = make(118)
    let cache = try EventCache(
      EventCacheSettings(url: RedisService.url(database: 27)), zone: try Dataset.wwoz.timeZoneRules())
    let body = try answer(#"{"queryStringParameters": {"date": "2024-05-31"}}"#, writing: cache.write)
    #expect(body["event_count"] as? Int == 118)
    let deadline = Deadline(after: .seconds(30), on: SystemTime())
    let value = try #require(try cache.read(date, deadline: deadline))
    #expect(try JSONDecoder().decode([EventRecord].self, from: value) == make(118))
    #expect(metrics.values["CachedBytes"] == Double(value.count))
  }
}
