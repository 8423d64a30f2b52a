import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("Recording a load that no sink has recorded")
  final class LoadTests: LedgerSuite {
    private let listed = LedgerTests.start

    private func record(
      _ records: RecordCounts, rejecting: [LoadReport.Rejection] = [], key: String = "raw/1.json",
      superseded: Bool = false, listedAt: Date? = LedgerTests.start
    ) throws {
      let report = LoadReport(
        records: records, counts: ["pages": records], rejections: rejecting, isSuperseded: superseded,
        listedAt: listedAt)
      let document = #"{"records": [{"n": 0}, {"n": 1}], "rejected": [{"reason": "no name", "text": "\u0000"}]}"#
      try ledger.recordLoad(
        report, of: Data(document.utf8), for: Self.target(items[0], key: key), deadline: within())
    }

    private func loads() throws -> [String] {
      try connection.lines(
        "item, event_date, raw_key, run, records_found, records_new, records_unchanged, records_rejected, superseded",
        from: "loads order by id")
    }

    @Test("has the counts of the records and of every kind, and the time of the listing")
    func counts() throws {
      try record(RecordCounts(found: 3, new: 2, changed: 1, cancelled: 4))
      #expect(try loads() == ["2024-05-31|2024-05-31|raw/1.json|run-1|3|2|0|0|f"])
      #expect(
        try connection.lines(
          "counts #>> '{pages,changed}', records_cancelled, listed_at = $$\(listed)$$", from: "loads")
          == ["1|4|t"])
    }

    @Test("does not count a retry that changed nothing, which would hide what the load did")
    func retried() throws {
      try record(RecordCounts(found: 2, new: 2))
      try record(RecordCounts(found: 2, unchanged: 2))
      #expect(try loads() == ["2024-05-31|2024-05-31|raw/1.json|run-1|2|2|0|0|f"])
      try record(RecordCounts(found: 2, new: 1, unchanged: 1))
      #expect(try loads() == ["2024-05-31|2024-05-31|raw/1.json|run-1|2|1|1|0|f"])
      try record(RecordCounts(found: 2, unchanged: 2), listedAt: listed + 60)
      #expect(try loads() == ["2024-05-31|2024-05-31|raw/1.json|run-1|2|0|2|0|f"])
    }

    @Test("closes a run by the same rule")
    func run() throws {
      try record(RecordCounts(found: 2, new: 2))
      let ended = try record(closed(failing: [items[1], items[2]]))
      #expect(ended?.itemsLoaded == 1)
      #expect(ended?.records == RecordCounts(found: 2, new: 2, cancelled: 0))
    }

    @Test("quarantines rejected records verbatim, until a later document of the item")
    func rejections() throws {
      try record(
        RecordCounts(found: 3, new: 1, rejected: 2),
        rejecting: [
          .init(position: 1, reason: "bad", key: "/1"), .init(position: 2, reason: "no name", key: nil),
        ])
      let open = try ledger.rejections(of: dataset, deadline: within())
      #expect(open.map(\.item) == [items[0], items[0]])
      #expect(open.map(\.record) == [#"{"n": 1}"#, #""{\"reason\": \"no name\", \"text\": \"\\u0000\"}""#])
      #expect(open.map(\.run) == ["run-1", "run-1"])
      try record(
        RecordCounts(found: 3, unchanged: 2, rejected: 1), rejecting: [.init(position: 0, reason: "bad", key: "/1")],
        key: "raw/2.json")
      #expect(
        try connection.lines(
          "raw_key, position, resolution, (select raw_key from loads l where l.id = resolved_by)",
          from: "rejected_records order by id") == [
            "raw/1.json|1|rejected again|raw/2.json", "raw/1.json|2|replaced|raw/2.json", "raw/2.json|0",
          ])
    }

    @Test("resolves the rejections of a superseded document from the start")
    func superseded() throws {
      try record(RecordCounts(found: 1, new: 1), key: "raw/2.json")
      try record(
        RecordCounts(found: 1, rejected: 1), rejecting: [.init(position: 0, reason: "bad", key: "/0")],
        superseded: true, listedAt: listed - 60)
      #expect(try loads().last == "2024-05-31|2024-05-31|raw/1.json|run-1|1|0|0|1|t")
      #expect(
        try connection.lines(
          "resolution, (select raw_key from loads l where l.id = resolved_by)", from: "rejected_records")
          == ["replaced|raw/2.json"])
      #expect(try ledger.freshness(of: [items[0]], in: dataset, deadline: within()).first?.openRejections == 0)
    }

    @Test("of an item without a date is recorded, too")
    func undated() throws {
      let item = try WorkItem(id: "page-1")
      try load(item, rejecting: true)
      #expect(try connection.lines("item, event_date is null", from: "loads") == ["page-1|t"])
      #expect(try connection.lines("item, event_date is null", from: "rejected_records") == ["page-1|t"])
      #expect(try ledger.freshness(of: [item], in: dataset, deadline: within()).first?.run == "run-1")
    }
  }
}
