import Foundation
import TestSupport
import Testing

@testable import LambdaRuntime

@Suite("Metrics")
struct MetricsTests {
  private let clock = ManualTime(Date(timeIntervalSince1970: 1_717_182_000.25))

  private func make(function: String? = "festvibes-loader") -> Metrics {
    Metrics(namespace: "FestVibes", function: function, time: clock)
  }

  private func line(_ metrics: Metrics, _ level: Logger.Level = .info) -> String {
    metrics.line(at: clock.now, level: level) ?? "no line"
  }

  @Test("the line is the document of the specification, to the byte (F63)")
  func bytes() {
    let metrics = make()
    metrics.note("date", "2024-05-31")
    metrics.note("run", "run \"1\"\n")
    metrics.count("Found", 33)
    metrics.count("Rejected")
    metrics.bytes("CachedBytes", 84_211)
    clock.advance(by: .microseconds(1_234_567))
    metrics.end()
    #expect(
      line(metrics)
        == #"{"_aws":{"Timestamp":1717182001484,"CloudWatchMetrics":[{"Namespace":"FestVibes","#
        + #""Dimensions":[["Function"]],"Metrics":[{"Name":"CachedBytes","Unit":"Bytes"},"#
        + #"{"Name":"Duration","Unit":"Milliseconds"},{"Name":"Found","Unit":"Count"},"#
        + #"{"Name":"Rejected","Unit":"Count"}]}]},"timestamp":"2024-05-31T19:00:01.484Z","level":"INFO","#
        + #""Function":"festvibes-loader","CachedBytes":84211,"Duration":1234.567,"Found":33,"Rejected":1,"#
        + #""date":"2024-05-31","run":"run \"1\"\n"}"#)
  }

  @Test("the line follows the specification whatever is counted and noted")
  func specification() throws {
    let metrics = make()
    metrics.note("Found", "not the number")
    metrics.note("_aws", "{}")
    metrics.note("Function", "another")
    metrics.note("odd \u{1}\u{2028}é🎷", "a\u{0}b")
    metrics.count("Found", 2)
    metrics.count("Found", 3)
    metrics.end(error: "SourceChanged")
    for name in ["_aws", "Found", "Function"] {
      #expect(line(metrics).components(separatedBy: "\"\(name)\":").count == 2, "\(name) once")
    }
    let document = try EMFDocument(line(metrics))
    #expect(document.namespace == "FestVibes")
    #expect(document.dimensions == ["Function": "festvibes-loader"])
    #expect(document.metrics == ["Duration": 0, "Found": 5, "Errors": 1])
    #expect(document.units == ["Duration": "Milliseconds", "Found": "Count", "Errors": "Count"])
    #expect(document.timestamp == 1_717_182_000_250)
    #expect(document.properties["error"] as? String == "SourceChanged")
    #expect(document.properties["odd \u{1}\u{2028}é🎷"] as? String == "a\u{0}b")
    #expect(line(metrics).contains(#""odd \u0001\u2028é🎷":"a\u0000b""#))
  }

  @Test("some metrics are filed under further dimensions as well, and no other is")
  func division() throws {
    let metrics = make()
    metrics.divide(["Found", "Errors", "New"], by: [("Dataset", "odd \"set\""), ("DataType", "items")])
    metrics.count("Found", 2)
    metrics.count("Changed", 1)
    metrics.note("Dataset", "another")
    metrics.end(error: "SourceChanged")
    let document = try EMFDocument(line(metrics))
    #expect(document.dimensions == ["Function": "festvibes-loader", "Dataset": "odd \"set\"", "DataType": "items"])
    #expect(document.divisions[["Function"]] == ["Found", "Changed", "Errors", "Duration"])
    #expect(document.divisions[["Dataset", "DataType"]] == ["Found", "Errors"])
    #expect(document.metrics == ["Duration": 0, "Found": 2, "Changed": 1, "Errors": 1])
  }

  @Test("a dimension without a value, or with a metric's name, is left out, and a division without a metric")
  func emptyDivision() throws {
    let metrics = make()
    metrics.divide(["Found", "New"], by: [("Dataset", ""), ("Found", "x")])
    metrics.count("Found", 2)
    #expect(try EMFDocument(line(metrics)).divisions == [["Function"]: ["Found"]])
    metrics.divide(["New"], by: [("Dataset", "d")])
    let document = try EMFDocument(line(metrics))
    #expect(document.divisions == [["Function"]: ["Found"]])
    #expect(document.properties["Dataset"] as? String == "d")
  }

  @Test("zero counts are not written")
  func zeros() throws {
    let metrics = make()
    metrics.count("New", 0)
    metrics.bytes("CachedBytes", 0)
    metrics.end()
    #expect(metrics.values == ["Duration": 0])
    #expect(!line(metrics).contains("New"))
  }

  @Test("more than a hundred metrics fill several directives of one line, and none is lost")
  func manyMetrics() throws {
    let metrics = make()
    for number in 1...250 { metrics.count("M\(number)", number) }
    let document = try EMFDocument(line(metrics))
    #expect(document.directiveSizes == [100, 100, 50])
    #expect(document.metrics.count == 250)
    #expect(document.metrics["M250"] == 250)
  }

  @Test("a long note is cut")
  func longNotes() throws {
    let metrics = make()
    metrics.note("run", String(repeating: "🎷", count: 1_000_000))
    metrics.end()
    #expect(line(metrics).utf8.count < 2000)
    _ = try EMFDocument(line(metrics))
  }

  @Test(
    "without a function's name there is no dimension, and without a namespace there is no line", arguments: [nil, ""])
  func nameless(function: String?) throws {
    let metrics = make(function: function)
    metrics.end()
    #expect(try EMFDocument(line(metrics)).dimensions.isEmpty)
    #expect(Metrics(function: "f", time: clock).line(at: clock.now, level: .info) == nil)
  }

  @Test(
    "the log writes the line in both formats and at every level, tagged with a level that Lambda lets through",
    arguments: ["JSON", "Text"], Logger.Level.allCases)
  func levels(format: String, level: Logger.Level) throws {
    var lines: [String] = []
    let log = Logger(
      environment: ["AWS_LAMBDA_LOG_FORMAT": format, "AWS_LAMBDA_LOG_LEVEL": level.rawValue], time: clock
    ) { lines.append($0) }
    let metrics = make()
    metrics.end()
    log.record(metrics)
    try #require(lines.count == 1)
    let shown = try #require(try EMFDocument(lines[0]).properties["level"] as? String)
    #expect(shown == (level < .info ? "INFO" : level.rawValue))
  }

  @Test("LOG_LEVEL does not raise the level of the metrics line, which Lambda does not filter by it")
  func ownLevel() throws {
    var lines: [String] = []
    let log = Logger(environment: ["LOG_LEVEL": "error"], time: clock) { lines.append($0) }
    let metrics = make()
    metrics.end()
    log.record(metrics)
    #expect(try EMFDocument(#require(lines.first)).properties["level"] as? String == "INFO")
  }

  @Test(
    "a time is written for people",
    arguments: [(0, "0 ms"), (16, "16 ms"), (999, "999 ms"), (1250, "1.2 s"), (9999, "9.9 s"), (75_400, "75 s")])
  func took(milliseconds: Int, expected: String) {
    let metrics = make()
    clock.advance(by: .milliseconds(milliseconds))
    #expect(metrics.took == expected)
  }
}
