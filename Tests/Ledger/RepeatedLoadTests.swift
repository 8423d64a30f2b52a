import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Ledger

extension LedgerTests {
  @Suite("Recording a load twice")
  final class RepeatedLoadTests: LedgerSuite {
    private func record(_ reason: String = "bad", superseded: Bool = false, key: String = "raw/1.json") throws {
      let report = LoadReport(
        records: RecordCounts(found: 1, rejected: 1),
        rejections: [.init(position: 0, reason: reason, key: "/0")], isSuperseded: superseded,
        listedAt: superseded ? LedgerTests.start - 60 : LedgerTests.start)
      try ledger.recordLoad(
        report, of: Data(#"{"records": [{"n": 0}]}"#.utf8), for: Self.target(items[0], key: key), deadline: within())
    }

    /// Returns the rows with the transactions that wrote them.
    private func storedRows() throws -> [String] {
      try connection.lines("r.xmin, r.*", from: "rejected_records r order by id")
        + connection.lines("l.xmin, l.*", from: "loads l order by id")
    }

    @Test("writes no row")
    func twice() throws {
      try record()
      let before = try storedRows()
      try record()
      #expect(try storedRows() == before)
    }

    @Test("writes no row if it was superseded")
    func superseded() throws {
      try record(key: "raw/2.json")
      try record(superseded: true)
      let before = try storedRows()
      #expect(before.count == 4)
      try record(superseded: true)
      #expect(try storedRows() == before)
    }

    @Test("keeps a new reason, and opens a rejection that a later document had resolved")
    func changed() throws {
      try record()
      try record("worse")
      #expect(try connection.lines("reason, resolution is null", from: "rejected_records") == ["worse|t"])
      try record("bad", key: "raw/2.json")
      try record("worse")
      #expect(
        try connection.lines("raw_key, reason, resolution", from: "rejected_records order by id") == [
          "raw/1.json|worse", "raw/2.json|bad|rejected again",
        ])
    }
  }
}
