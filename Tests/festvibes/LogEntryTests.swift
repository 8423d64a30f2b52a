import AWS
import Foundation
import Testing

@testable import festvibes

@Suite("Lines of the functions' logs")
struct LogEntryTests {
  static func entry(
    _ message: String, id: String = "e", at milliseconds: Int64 = 1_717_182_000_250, in stream: String = "s"
  ) throws
    -> LogEntry
  {
    let event: [String: Any] = [
      "eventId": id, "timestamp": milliseconds, "message": message, "logStreamName": stream,
    ]
    return LogEntry(
      try JSONDecoder().decode(
        CloudWatchLogsClient.Event.self, from: JSONSerialization.data(withJSONObject: event)), of: "Scraper")
  }

  @Test("A line of a function has level, run, item, message and other fields")
  func line() throws {
    let entry = try Self.entry(
      #"{"timestamp":"2024-05-31T19:00:00.250Z","level":"WARN","message":"slow","requestId":"r","dataset":"d","#
        + #""date":"2024-05-31","item":"i","run":"nightly","pages":3,"host":"h"}"# + "\n")
    #expect(entry.isWarning && !entry.isError && !entry.isRoutine)
    #expect(entry.requestID == "r" && entry.date == "2024-05-31")
    let zone = try #require(TimeZone(identifier: "America/Chicago"))
    #expect(
      entry.line(in: zone, colors: false)
        == "2024-05-31 14:00:00.250 CDT WARN  Scraper nightly i slow host=h pages=3")
    #expect(entry.line(in: zone, colors: true).contains("\u{1B}[33mWARN \u{1B}[0m"))
  }

  @Test("A line without run and item says so, and one of a crash has no level")
  func crash() throws {
    let entry = try Self.entry("Fatal error: Index out of range")
    #expect(entry.isError && entry.level == nil)
    #expect(
      entry.line(in: .gmt, colors: false)
        == "2024-05-31 19:00:00.250 UTC -     Scraper - - Fatal error: Index out of range")
  }

  @Test(
    "Metrics, and what the platform writes about every invocation, are routine",
    arguments: [
      #"{"_aws":{"Timestamp":1},"level":"INFO","run":"n"}"#, "START RequestId: x Version: 1", "END RequestId: x",
      "REPORT RequestId: x\tDuration: 1 ms",
      "26 Nov 2026 16:26:12,255 [WARNING] (rapid) Reset initiated: SandboxTerminated",
      #"{"time":"t","type":"platform.start","record":{"requestId":"x"}}"#,
      #"{"time":"t","type":"platform.report","record":{"requestId":"x","status":"success"}}"#,
    ])
  func routine(text: String) throws { #expect(try Self.entry(text).isRoutine) }

  @Test("A timeout that the platform reports is an error with the invocation's id")
  func timeout() throws {
    let entry = try Self.entry(
      #"{"time":"t","type":"platform.report","record":{"requestId":"x","status":"timeout","metrics":{"durationMs":3000.0}}}"#
    )
    #expect(entry.isError && entry.requestID == "x")
    #expect(entry.message == "platform.report: timeout after 3000.0 ms")
    #expect(try Self.entry("26 Nov 2026 16:26:12,255 [ERROR] (rapid) Init failed").level == "ERROR")
  }

  @Test("As JSON, a line is one object with its text")
  func json() throws {
    let text = #"{"timestamp":"2024-05-31T19:00:00.250Z","level":"INFO","message":"a\nb","run":"n"}"#
    #expect(
      try Self.entry(text).json()
        == #"{"event_id":"e","function":"Scraper","level":"INFO","run":"n","text":"{\"timestamp\":\"2024-05-31T19:00:00.250Z\","#
        + #"\"level\":\"INFO\",\"message\":\"a\\nb\",\"run\":\"n\"}","timestamp":"2024-05-31T19:00:00.250Z"}"#)
  }
}

@Suite("The choice of log lines")
struct LogSelectionTests {
  private func entries() throws -> [LogEntry] {
    try [
      (#"{"level":"INFO","message":"of the other run","requestId":"2","run":"other","item":"2024-06-01"}"#, 5),
      (#"{"level":"INFO","message":"early","requestId":"1"}"#, 1),
      (
        #"{"level":"INFO","message":"late","requestId":"1","run":"nightly","item":"2024-05-31","date":"2024-05-31"}"#, 3
      ),
      (#"{"level":"ERROR","message":"failed","requestId":"1","run":"nightly","item":"2024-05-31"}"#, 4),
      (#"{"_aws":{},"level":"INFO","requestId":"1","run":"nightly"}"#, 6),
      (#"{"type":"platform.report","record":{"requestId":"1","status":"timeout"}}"#, 7),
      ("Fatal error: crash", 8), (#"{"level":"INFO","message":"of no run"}"#, 9),
      (#"{"level":"INFO","message":"opened","requestId":"3","run":"nightly"}"#, 2),
    ].enumerated().map { try LogEntryTests.entry($1.0, id: "\($0)", at: Int64($1.1)) }
  }

  private func messages(_ selection: LogSelection) throws -> [String] {
    try selection.select(entries()).map(\.message)
  }

  @Test("Without a choice all lines but the routine ones are shown, by time")
  func all() throws {
    #expect(
      try messages(LogSelection()) == [
        "early", "opened", "late", "failed", "of the other run", "platform.report: timeout", "Fatal error: crash",
        "of no run",
      ])
  }

  @Test("A run's lines include those of its invocations that do not name it, and none of no known run")
  func run() throws {
    #expect(
      try messages(LogSelection(run: "nightly")) == ["early", "opened", "late", "failed", "platform.report: timeout"])
    #expect(try messages(LogSelection(run: "other")) == ["of the other run"])
  }

  /// The crash of an invocation of the run nightly, in the log stream `a`; another run's invocation is in the stream `b`.
  private func crash(_ stream: String, start: String, end: String) throws -> [LogEntry] {
    let other = #"{"level":"INFO","message":"other","requestId":"2","run":"other"}"#
    return try [
      ("START RequestId: 2 Version: 1", stream, 1), (other, stream, 2),
      (start, "a", 3), (#"{"level":"INFO","message":"begun","requestId":"1","run":"nightly","item":"i"}"#, "a", 4),
      ("Fatal error: crash", "a", 4), ("  at Scraper.swift:1", "a", 4), (end, "a", 5), ("after", "a", 6),
    ].enumerated().map {
      try LogEntryTests.entry($1.0, id: "\($0)", at: Int64($1.2), in: $1.1)
    }
  }

  @Test(
    "What a crash writes belongs to the invocation in its log stream, and to none outside of it",
    arguments: [
      ("START RequestId: 1 Version: 1", "END RequestId: 1"),
      (
        #"{"type":"platform.start","record":{"requestId":"1"}}"#,
        #"{"type":"platform.report","record":{"requestId":"1","status":"success"}}"#
      ),
    ])
  func crash(start: String, end: String) throws {
    let own = try crash("b", start: start, end: end)
    let lines = LogSelection(run: "nightly").select(own)
    #expect(lines.map(\.message) == ["begun", "Fatal error: crash", "  at Scraper.swift:1"])
    #expect(lines.allSatisfy { $0.run == "nightly" && $0.item == "i" })
    #expect(LogSelection(run: "other").select(own).map(\.message) == ["other"])
    #expect(LogSelection(run: "nightly", onlyErrors: true).select(own).count == 2)
    // The local stack has one stream for all sandboxes of a function: the line may be of either run.
    let shared = try crash("a", start: start, end: end)
    #expect(LogSelection(run: "nightly").select(shared).map(\.message) == ["begun"])
  }

  @Test("An item's and a date's lines")
  func item() throws {
    let expected = ["early", "late", "failed", "platform.report: timeout"]
    #expect(try messages(LogSelection(item: "2024-05-31")) == expected)
    #expect(try messages(LogSelection(run: "nightly", date: "2024-05-31")) == expected)
  }

  @Test("Errors only")
  func errors() throws {
    #expect(
      try messages(LogSelection(run: "nightly", onlyErrors: true)) == ["failed", "platform.report: timeout"])
  }

  @Test("Periods", arguments: [("90s", 90), ("30m", 1800), ("1h", 3600), ("2d", 172_800)] as [(String, Double)])
  func period(text: String, seconds: Double) { #expect(LogPeriod.seconds(text) == seconds) }

  @Test("Wrong periods", arguments: ["", "1", "h", "0h", "-1h", "1w", "999999999d", "1h ", "１h"])
  func wrongPeriod(text: String) { #expect(LogPeriod.seconds(text) == nil) }
}
