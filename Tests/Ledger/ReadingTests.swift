import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("Reading the ledger")
  final class ReadingTests: LedgerSuite {
    override class var isMigrated: Bool { false }

    @Test("returns each item of a run, including those without any record")
    func itemsOfRun() throws {
      try record(opened())
      try load(items[0])
      try load(items[1])
      try record(failed(items[1]))
      let found = try #require(try ledger.run(named: "run-1", of: dataset, deadline: within()))
      #expect(found.items.map(\.item) == items)
      #expect(found.items[0].load?.records == RecordCounts(found: 2, new: 2, cancelled: 0))
      #expect(found.items[0].load?.rawKey == "raw/\(items[0])_run-1.json")
      #expect(found.items[0].failure == nil)
      #expect(found.items[1].load != nil)
      #expect(found.items[1].failure?.stage == .scrape)
      #expect(found.items[2] == RunItem(item: items[2], load: nil, failure: nil))
      #expect(try ledger.run(named: "none", of: dataset, deadline: within()) == nil)
    }

    @Test("lists the last runs, newest first")
    func runs() throws {
      for number in 1...4 {
        let opening = RunOpening(trigger: .manual, startedAt: start + Double(number), items: items)
        try record(.opened(opening), run: "run-\(number)")
      }
      try ledger.record(.opened(opening), ofRun: "other", in: makeDataset("other"), deadline: within())
      #expect(try ledger.runs(of: dataset, last: 3, deadline: within()).map(\.run) == ["run-4", "run-3", "run-2"])
    }

    @Test("returns the freshness of each item, and its failure since it was loaded")
    func freshness() throws {
      try load(items[0], rejecting: true)
      try record(failed(items[0], after: -1e9), run: "long ago")
      try load(items[1])
      let later = Date().timeIntervalSince(start) + 3600
      try record(failed(items[1], error: "SourceUnavailable", after: later), run: "later")
      let fresh = try Ledger(makeDatabase()).freshness(of: items, in: dataset, deadline: within())
      #expect(fresh.map(\.item) == items)
      #expect(fresh.map(\.openRejections) == [1, 0, 0])
      #expect(fresh.map(\.run) == ["run-1", "run-1", nil])
      #expect(fresh.map { $0.loadedAt == nil } == [false, false, true])
      #expect(fresh.map(\.failure?.error) == [nil, "SourceUnavailable", nil])
      #expect(fresh[1].failedRun == "later")
    }

    @Test("refuses to read a database of an older version")
    func olderDatabase() throws {
      try database.migrate(to: Array(ConcertsSink.migrations.prefix(3)), deadline: within())
      let reader = Ledger(try makeDatabase())
      let error = #expect(throws: PipelineError.self) { try reader.runs(of: dataset, last: 1, deadline: within()) }
      #expect(error?.name == .schemaMismatch)
      #expect(error?.message.contains("older version") == true)
    }
  }
}
