import Testing

@testable import festvibes

@Suite("Failures of one outage")
struct FailureGroupTests {
  private func failure(_ text: String) -> RunFailure { RunFailure(name: "SourceUnavailable", message: text) }

  @Test("Failures that differ by address, date, time and number are one, and the circuit breaker's have the first cause")
  func oneOutage() {
    let refused = "Failed to connect to 127.0.0.1 port 20406 after 1 ms: Couldn't connect to server"
    let texts = [
      "/calendar?date=2026-11-27: not sent: its host failed 10 times in a row (first: \(refused)) and is tried again in 5 s",
      "/calendar?date=2026-11-28: \(refused.replacing("1 ms", with: "20 ms"))",
      "/calendar?date=2026-11-29: not sent: its host failed 14 times in a row (first: \(refused)) and is tried again in 9 s",
    ]
    let groups = FailureGroup.groups(of: texts.enumerated().map { ("D\($0.offset)", failure($0.element)) })
    #expect(groups.map(\.items) == [["D0", "D1", "D2"]])
    #expect(groups.first?.failure.message == texts[1])
    #expect(
      RunReport.grouped(texts.map { ("D", failure($0)) }) == ["D, D, D: SourceUnavailable: \(texts[1])"])
  }

  @Test("Other causes and other errors stay apart")
  func apart() {
    let groups = FailureGroup.groups(of: [
      ("A", failure("status 503")), ("B", failure("timed out after 30 s")),
      ("C", RunFailure(name: "SourceChanged", message: "status 503")), ("D", failure("status 502")),
    ])
    #expect(groups.map(\.items) == [["A", "D"], ["B"], ["C"]])
  }
}
