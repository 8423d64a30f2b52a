import Contracts
import Foundation
import Testing

/// A ledger event has today's shape, or the former one.
@Suite("Shapes of ledger events")
struct LedgerShapesTests {
  private static let item = #"{"id": "2024-05-31", "date": "2024-05-31"}"#
  private static let run = #""trigger": "manual", "started_at": "2024-05-31T08:00:00Z""#
  private static let failure = #""error": "E", "stage": "load", "failed_at": "2024-05-31T08:00:09Z""#
  private static let end = #""ended_at": "2024-05-31T08:03:00Z""#

  private func request(_ fact: String) throws -> LedgerRequest {
    try JSONDecoder().decode(LedgerRequest.self, from: Data(#"{"run": "r", \#(fact)}"#.utf8))
  }

  @Test(
    "An event that mixes both shapes is refused, since one of them would be lost",
    arguments: [
      (#""opened": {\#(run), "items": [\#(item)], "dates": ["2024-06-01"]}"#, "dates"),
      (#""failed": {\#(failure), "item": \#(item), "date": "2024-06-01"}"#, "date"),
      (#""closed": {\#(run), \#(end), "items": [\#(item)], "failed_items": [], "failed_dates": []}"#, "failed_dates"),
    ])
  func mixed(fact: String, former: String) throws {
    let error = #expect(throws: PipelineError.self) { try request(fact) }
    #expect(error?.name == .invalidInput)
    #expect(error?.message.contains("\(former) is not allowed beside") == true)
  }

  @Test(
    "Each shape alone is read",
    arguments: [
      (#""items": [\#(item)], "failed_items": ["2024-05-31"]"#),
      (#""dates": ["2024-05-31"], "failed_dates": ["2024-05-31"]"#),
      (#""dates": ["2024-05-31"], "failed_items": ["2024-05-31"]"#),
    ])
  func alone(lists: String) throws {
    guard case .closed(let closing) = try request(#""closed": {\#(Self.run), \#(Self.end), \#(lists)}"#).event else {
      Issue.record("not closed")
      return
    }
    #expect(closing.opening.items.map(\.id) == ["2024-05-31"])
    #expect(closing.outcome == .finished(failedItems: ["2024-05-31"]))
  }

  @Test("A stop has what was enriched before, or does not say it, in JSON, too", arguments: [true, false])
  func stop(hasEnrichment: Bool) throws {
    let enrichment = hasEnrichment ? #"{"enrichment":null}"# : nil
    let start = Date(timeIntervalSince1970: 1_700_000_000)
    let stop = RunStop(
      trigger: .manual, startedAt: start, endedAt: start + 5, reason: .aborted, note: "n", enrichment: enrichment)
    let request = LedgerRequest(dataset: "d", run: "r", event: .stopped(stop))
    #expect(try JSONDecoder().decode(LedgerRequest.self, from: JSONEncoder().encode(request)) == request)
  }

  @Test("The origin of a run and its enrichment may be left out, and survive the way through JSON")
  func origins() throws {
    let origin = #""origin": {"job_type": "hourly", "bucket": "b", "key": "k", "host": "etl-1:7"}"#
    let enrichment = #""enrichment": "{\"notes\":[\"a \\u0000 b\"]}""#
    for (fields, expected) in [
      (", \(origin), \(enrichment)", RunOrigin(jobType: "hourly", bucket: "b", key: "k", host: "etl-1:7")),
      (#", "origin": {"key": "k"}"#, RunOrigin(key: "k")), (#", "origin": null, "enrichment": null"#, RunOrigin()),
      ("", RunOrigin()),
    ] {
      let fact = #""closed": {\#(Self.run), \#(Self.end), "items": [\#(Self.item)], "failed_items": []\#(fields)}"#
      let read = try request(fact)
      guard case .closed(let closing) = read.event else { throw PipelineError(.invalidInput, "not closed") }
      #expect(closing.opening.origin == expected)
      // Postgres holds no NUL.
      #expect(closing.enrichment == (fields.contains("notes") ? #"{"notes":["a \ufffd b"]}"# : nil))
      let data = try JSONEncoder().encode(read)
      #expect(try JSONDecoder().decode(LedgerRequest.self, from: data) == read)
    }
    for wrong in [#""origin": {"jobs": "x"}"#, #""enrichment": "text""#, #""enrichment": "[1]""#] {
      let fact = #""closed": {\#(Self.run), \#(Self.end), "items": [\#(Self.item)], "failed_items": [], \#(wrong)}"#
      #expect(throws: PipelineError.self) { try request(fact) }
    }
  }
}
