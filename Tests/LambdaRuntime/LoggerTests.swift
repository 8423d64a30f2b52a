import Foundation
import TestSupport
import Testing
import Text

@testable import LambdaRuntime

@Suite("Logger")
struct LoggerTests {
  /// 2024-05-31T19:00:00Z.
  private let clock = ManualTime(Date(timeIntervalSince1970: 1_717_182_000.25))

  private func lines(_ environment: [String: String], _ work: (Logger) -> Void) -> [String] {
    var lines: [String] = []
    work(Logger(environment: environment, time: clock) { lines.append($0) })
    return lines
  }

  @Test("JSON lines carry time, level, message, request id and fields (F61)")
  func json() throws {
    let lines = lines(["AWS_LAMBDA_LOG_FORMAT": "JSON"]) { log in
      log.forRequest("id").warn("a \"b\"\nc\u{1}", ["pages": 3, "host": "x y", "rate": .number(0.5)])
    }
    #expect(
      lines == [
        #"{"timestamp":"2024-05-31T19:00:00.250Z","level":"WARN","message":"a \"b\"\nc\u0001","requestId":"id","#
          + #""pages":3,"host":"x y","rate":0.5}"#
      ])
    #expect(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) is [String: Any])
  }

  @Test("Lines carry what the invocation has noted so far, unless the entry has a field of that name")
  func notes() {
    let metrics = Metrics(time: clock)
    let lines = lines(["AWS_LAMBDA_LOG_FORMAT": "JSON"]) { log in
      let log = log.forRequest("id", noting: metrics)
      log.info("before")
      metrics.note("run", "nightly \u{9B}")
      metrics.note("item", "2024-05-31")
      metrics.note("requestId", "id")
      log.info("after", ["item": "other"])
    }
    let start = #"{"timestamp":"2024-05-31T19:00:00.250Z","level":"INFO","message":"#
    #expect(
      lines == [
        start + #""before","requestId":"id"}"#,
        start + #""after","requestId":"id","run":"nightly \u009b","item":"other"}"#,
      ])
    let text = self.lines([:]) { $0.forRequest("id", noting: metrics).warn("w") }
    #expect(text == [#"2024-05-31T19:00:00.250Z WARN id w item=2024-05-31 run="nightly \u009b""#])
  }

  @Test("text lines stay one line whatever the message contains")
  func text() {
    let lines = lines([:]) { $0.forRequest("id").info("two\nlines\r", ["k": "a b", "n": 1]) }
    #expect(lines == ["2024-05-31T19:00:00.250Z INFO id two lines  k=\"a b\" n=1"])
  }

  @Test("no line has a character that a terminal obeys, or can be split", arguments: ["JSON", ""])
  func invisible(format: String) throws {
    let text = "a\u{9B}31m\u{85}b\u{2028}c\u{2029}d\u{202E}e\u{2066}f\u{FEFF}é\u{E0041}"
    let escaped = #"a\u009b31m\u0085b\u2028c\u2029d\u202ee\u2066f\ufeffé\udb40\udc41"#
    let lines = lines(["AWS_LAMBDA_LOG_FORMAT": format]) { log in
      log.forRequest(text).warn(text, ["word": .text(text), "words": .text("\(text) \u{1B}")])
    }
    try #require(lines.count == 1)
    #expect(!lines[0].unicodeScalars.contains { $0.isInvisible })
    #expect(lines[0].components(separatedBy: escaped).count == 5)
    guard !format.isEmpty else { return }
    let document = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
    #expect(document["message"] as? String == text)
    #expect(document["words"] as? String == "\(text) \u{1B}")
  }

  /// Returns the number of lines of one entry per level from DEBUG to ERROR.
  private func count(_ environment: [String: String]) -> Int {
    lines(environment) { log in
      log.debug("d")
      log.info("i")
      log.warn("w")
      log.error("e")
    }.count
  }

  @Test(
    "AWS_LAMBDA_LOG_LEVEL sets the minimum level, and a missing or unknown one means INFO",
    arguments: [
      (nil, 3), ("", 3), ("LOUD", 3), ("INFO", 3), ("debug", 4), ("TRACE", 4), ("WARN", 2), ("ERROR", 1), ("FATAL", 0),
    ] as [(String?, Int)])
  func levels(level: String?, count: Int) {
    #expect(self.count(level.map { ["AWS_LAMBDA_LOG_LEVEL": $0] } ?? [:]) == count)
  }

  @Test(
    "LOG_LEVEL sets the minimum level in any case, also by Python's names",
    arguments: [
      ("", 3), ("info", 3), ("Debug", 4), ("trace", 4), ("warn", 2), ("WARNING", 2), ("error", 1), ("fatal", 0),
      ("Critical", 0),
    ])
  func ownLevels(level: String, count: Int) {
    #expect(self.count(["LOG_LEVEL": level]) == count)
  }

  @Test("AWS_LAMBDA_LOG_LEVEL takes precedence over LOG_LEVEL, unless it is empty")
  func precedence() {
    #expect(count(["AWS_LAMBDA_LOG_LEVEL": "ERROR", "LOG_LEVEL": "debug"]) == 1)
    #expect(count(["AWS_LAMBDA_LOG_LEVEL": "DEBUG", "LOG_LEVEL": "loud"]) == 4)
    #expect(count(["AWS_LAMBDA_LOG_LEVEL": "", "LOG_LEVEL": "debug"]) == 4)
  }

  @Test("an unknown LOG_LEVEL means INFO and is reported once, without its value")
  func unknownLevel() {
    let lines = lines(["LOG_LEVEL": "pa55word"]) { log in
      log.forRequest("a").debug("d")
      log.forRequest("b").info("i")
    }
    #expect(
      lines == [
        "2024-05-31T19:00:00.250Z WARN LOG_LEVEL is not a log level, so INFO is used: set it to one of TRACE, DEBUG, INFO, "
          + "WARN, ERROR, FATAL",
        "2024-05-31T19:00:00.250Z INFO b i",
      ])
  }
}
