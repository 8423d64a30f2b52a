import Foundation
import LambdaRuntime
import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time

@testable import LoaderFunction
@testable import ConcertsSink

@Suite("Ledger events") struct LedgerRequestTests {
  private static let opened =
    #"{"trigger": "schedule", "started_at": "2024-05-31T08:00:00.500Z", "dates": ["2024-06-01", "2024-05-31"]}"#
  private static let closing =
    #""trigger": "manual", "started_at": "2024-05-31T08:00:00Z", "dates": ["2024-05-31"], "ended_at": "2024-05-31T08:01:00Z""#
  private static let failed =
    #""date": "2024-05-31", "stage": "scrape", "error": "SourceChanged", "failed_at": "2024-05-31T08:00:09Z""#
  private let start = Date(timeIntervalSince1970: 1_717_142_400)
  private let dates = [CalendarDate(daysSinceEpoch: 19_874), CalendarDate(daysSinceEpoch: 19_875)]

  private func entry(_ fact: String) throws -> LedgerEntry {
    let event = try JSONDecoder().decode(
      LoaderEvent.self, from: Data(#"{"ledger": {"run": "night", \#(fact)}}"#.utf8))
    guard case .ledger(let request) = event else { throw PipelineError(.invalidInput, "no ledger event") }
    #expect(request.run == "night")
    return request.entry
  }

  @Test("are read: a run's opening, a date's failure, a run's end of either kind")
  func good() throws {
    let opening = RunOpening(trigger: .schedule, startedAt: start + 0.5, dates: dates)
    #expect(try entry(#""opened": \#(Self.opened)"#) == .opened(opening))
    let failure = ItemFailure(
      date: dates[0], stage: .scrape, error: "SourceChanged", cause: "no \u{fffd}frame", failedAt: start + 9)
    #expect(try entry(#""failed": {\#(Self.failed), "cause": "no \u0000frame"}"#) == .failed(failure))
    let closed = { (outcome: RunClosing.Outcome) in
      LedgerEntry.closed(
        RunClosing(
          opening: RunOpening(trigger: .manual, startedAt: start, dates: [dates[0]]), endedAt: start + 60,
          outcome: outcome))
    }
    #expect(try entry(#""closed": {\#(Self.closing), "failed_dates": []}"#) == closed(.finished(failedDates: [])))
    #expect(
      try entry(#""closed": {\#(Self.closing), "failed_dates": ["2024-05-31"]}"#)
        == closed(.finished(failedDates: [dates[0]])))
    #expect(
      try entry(#""closed": {\#(Self.closing), "failed_dates": [], "cause": "stale"}"#)
        == closed(.finished(failedDates: [], cause: "stale")))
    #expect(
      try entry(#""closed": {\#(Self.closing), "failed_dates": [], "cause": null}"#)
        == closed(.finished(failedDates: [])))
    #expect(
      try entry(#""closed": {\#(Self.closing), "error": "States.Timeout", "cause": null}"#)
        == closed(.failed(error: "States.Timeout", cause: nil)))
  }

  @Test(
    "that are nonsense are InvalidInput, which names the field",
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
  func nonsense(_ fact: String, field: String) throws {
    let error = #expect(throws: (any Error).self) { try entry(fact) }
    let words: String
    switch error {
    case let error as PipelineError:
      #expect(error.name == .invalidInput)
      words = error.message
    case let error as DecodingError: words = "\(error)"
    default: words = "\(error.map { "\($0)" } ?? "")"
    }
    #expect(words.contains(field), "\(words)")
  }

  @Test("with a name of a run that is none are InvalidInput", arguments: ["\"\"", "7", "null", #""a\u0000b""#])
  func names(_ run: String) {
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(
        LoaderEvent.self, from: Data(#"{"ledger": {"run": \#(run), "opened": \#(Self.opened)}}"#.utf8))
    }
  }

  @Test("are written by the loader, which answers with where the run stands")
  func handled() throws {
    var written: [(LedgerEntry, String, String)] = []
    var record: RunRecord?
    let handler = LoaderHandler(
      reading: { _, _ in throw PipelineError(.storageUnavailable, "not asked") },
      loading: { _, _ in throw PipelineError(.databaseUnavailable, "not asked") },
      recording: { entry, run, dataset, _ in
        written.append((entry, run, dataset))
        return record
      })
    let time = ManualTime()
    var log: [String] = []
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { log.append($0) },
      metrics: Metrics(time: time))
    func answer() throws -> [String: Any] {
      let event = Data(#"{"ledger": {"run": "night", "opened": \#(Self.opened)}}"#.utf8)
      let answer = try handler.handle(try JSONDecoder().decode(LoaderEvent.self, from: event), context)
      let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(answer)) as? [String: Any]
      #expect(object?["statusCode"] as? Int == 200)
      return try #require(object?["body"] as? [String: Any])
    }
    #expect(try answer() as NSDictionary == ["status": "success", "run": "night"])
    #expect(written.map(\.1) == ["night"])
    #expect(written.map(\.2) == ["wwoz"])
    record = RunRecord(
      run: "night", trigger: .manual, status: .partial, startedAt: start, endedAt: start, dates: dates, datesLoaded: 1,
      datesFailed: 1, events: RecordCounts(found: 5, new: 1, changed: 1, unchanged: 2, rejected: 1), cancelled: 4)
    let counts: NSDictionary = [
      "status": "partial", "dates": 2, "dates_loaded": 1, "dates_failed": 1, "found": 5, "new": 1, "changed": 1,
      "unchanged": 2, "rejected": 1, "cancelled": 4,
    ]
    #expect(try answer()["ledger"] as? NSDictionary == counts)
    try #require(log.count == 2)
    #expect(
      log[1].hasSuffix(
        " INFO run night: partial, 1 of 2 dates loaded, 1 failed; 5 found, 1 new, 1 changed, 2 unchanged, 1 rejected, "
          + "4 cancelled; 0 ms"))
    #expect(context.metrics.values.isEmpty)
  }
}
