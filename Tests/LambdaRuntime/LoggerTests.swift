import Foundation
import TestSupport
import Testing

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

  @Test("JSON lines carry time, level, message, request id and fields")
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

  @Test("text lines stay one line whatever the message holds")
  func text() {
    let lines = lines([:]) { $0.forRequest("id").info("two\nlines\r", ["k": "a b", "n": 1]) }
    #expect(lines == ["2024-05-31T19:00:00.250Z INFO id two lines  k=\"a b\" n=1"])
  }

  @Test(
    "the level is honoured, and a missing or unknown one means INFO",
    arguments: [
      (nil, 3), ("", 3), ("LOUD", 3), ("INFO", 3), ("debug", 4), ("TRACE", 4), ("WARN", 2), ("ERROR", 1), ("FATAL", 0),
    ] as [(String?, Int)])
  func levels(level: String?, count: Int) {
    let lines = lines(level.map { ["AWS_LAMBDA_LOG_LEVEL": $0] } ?? [:]) { log in
      log.debug("d")
      log.info("i")
      log.warn("w")
      log.error("e")
    }
    #expect(lines.count == count)
  }
}
