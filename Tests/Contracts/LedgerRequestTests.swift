import Contracts
import Foundation
import Testing
import Time

@Suite("Ledger events in the former shape, by date")
struct LedgerRequestTests {
  private static let opened =
    #"{"trigger": "schedule", "started_at": "2024-05-31T08:00:00.500Z", "dates": ["2024-06-01", "2024-05-31"]}"#
  private static let closing =
    #""trigger": "manual", "started_at": "2024-05-31T08:00:00Z", "dates": ["2024-05-31"], "ended_at": "2024-05-31T08:01:00Z""#
  private static let failed =
    #""date": "2024-05-31", "stage": "scrape", "error": "SourceChanged", "failed_at": "2024-05-31T08:00:09Z""#
  private let start = Date(timeIntervalSince1970: 1_717_142_400)
  private let items = [19_874, 19_875].map { WorkItem(date: CalendarDate(daysSinceEpoch: $0)) }

  private func event(_ fact: String) throws -> LedgerEvent {
    let request = try JSONDecoder().decode(
      LoaderRequest.self, from: Data(#"{"ledger": {"run": "run-1", \#(fact)}}"#.utf8))
    guard case .ledger(let request) = request else { throw PipelineError(.invalidInput, "no ledger event") }
    #expect(request.run == "run-1")
    return request.event
  }

  @Test("are read: the opening of a run, the failure of a date, and either end of a run")
  func good() throws {
    let opening = RunOpening(trigger: .schedule, startedAt: start + 0.5, items: items)
    #expect(try event(#""opened": \#(Self.opened)"#) == .opened(opening))
    let failure = ItemFailure(
      item: items[0], stage: .scrape, error: "SourceChanged", cause: "no \u{fffd}frame", failedAt: start + 9)
    #expect(try event(#""failed": {\#(Self.failed), "cause": "no \u0000frame"}"#) == .failed(failure))
    let closed = { (outcome: RunClosing.Outcome) in
      LedgerEvent.closed(
        RunClosing(
          opening: RunOpening(trigger: .manual, startedAt: start, items: [items[0]]), endedAt: start + 60,
          outcome: outcome))
    }
    #expect(try event(#""closed": {\#(Self.closing), "failed_dates": []}"#) == closed(.finished(failedItems: [])))
    #expect(
      try event(#""closed": {\#(Self.closing), "failed_dates": ["2024-05-31"]}"#)
        == closed(.finished(failedItems: ["2024-05-31"])))
    #expect(
      try event(#""closed": {\#(Self.closing), "failed_dates": [], "cause": "stale"}"#)
        == closed(.finished(failedItems: [], cause: "stale")))
    #expect(
      try event(#""closed": {\#(Self.closing), "failed_dates": [], "cause": null}"#)
        == closed(.finished(failedItems: [])))
    #expect(
      try event(#""closed": {\#(Self.closing), "error": "States.Timeout", "cause": null}"#)
        == closed(.failed(error: "States.Timeout", cause: nil)))
  }

  @Test(
    "are InvalidInput if malformed, with the name of the field",
    arguments: [
      (#""opened": {"started_at": "2024-05-31T08:00:00Z", "dates": ["2024-05-31"]}"#, "trigger"),
      (#""opened": {"trigger": "whim", "started_at": "2024-05-31T08:00:00Z", "dates": ["2024-05-31"]}"#, "trigger"),
      (#""opened": {"trigger": "manual", "started_at": "yesterday", "dates": ["2024-05-31"]}"#, "started_at"),
      (#""opened": {"trigger": "manual", "started_at": "2024-05-31T08:00:00Z", "dates": []}"#, "dates"),
      (#""opened": {"trigger": "manual", "started_at": "2024-05-31T08:00:00Z", "dates": "2024-05-31"}"#, "dates"),
      (
        #""opened": {"trigger": "manual", "started_at": "2024-05-31T08:00:00Z", "dates": ["2024-05-31", "2024-05-31"]}"#,
        "dates"
      ),
      (#""opened": {"trigger": "manual", "started_at": "2024-05-31T08:00:00Z", "dates": ["soon"]}"#, "dates"),
      (#""opened": \#(opened), "closed": {}"#, "one of"), (#""status": "fine""#, "ledger.status is not known"),
      (#""failed": {\#(failed), "stages": 3}"#, "ledger.failed.stages is not known"),
      (#""failed": {\#(failed.replacingOccurrences(of: "scrape", with: "lunch"))}"#, "ledger.failed.stage"),
      (#""failed": {\#(failed.replacingOccurrences(of: "SourceChanged", with: ""))}"#, "ledger.failed.error"),
      (#""failed": []"#, "failed"), (#""failed": null"#, "failed"),
      (#""closed": {\#(closing)}"#, "either"),
      (#""closed": {\#(closing), "error": "E", "failed_dates": []}"#, "either"),
      (#""closed": {\#(closing), "cause": 3, "failed_dates": []}"#, "cause"),
      (#""closed": {\#(closing), "failed_dates": ["2024-06-01"]}"#, "failed_dates"),
      (
        #""closed": {\#(closing.replacingOccurrences(of: "08:01", with: "07:01")), "failed_dates": []}"#, "ended_at"
      ),
      (
        #""closed": {\#(closing.replacingOccurrences(of: #"["2024-05-31"]"#, with: "[]")), "failed_dates": []}"#,
        "dates"
      ),
    ])
  func malformed(_ fact: String, field: String) throws {
    let error = #expect(throws: (any Error).self) { try event(fact) }
    let message: String
    switch error {
    case let error as PipelineError:
      #expect(error.name == .invalidInput)
      message = error.message
    case let error as DecodingError: message = "\(error)"
    default: message = "\(error.map { "\($0)" } ?? "")"
    }
    #expect(message.contains(field), "\(message)")
  }

  @Test("are refused without a valid name of a run", arguments: ["\"\"", "7", "null", #""a\u0000b""#])
  func names(_ run: String) {
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(
        LoaderRequest.self, from: Data(#"{"ledger": {"run": \#(run), "opened": \#(Self.opened)}}"#.utf8))
    }
  }
}
