import ConcertsSink
import Contracts
import Foundation
import Postgres
import Testing

@testable import Ledger

extension LedgerTests {
  @Suite("A run settled from Step Functions")
  final class SettlingTests: LedgerSuite {
    private func settlement(
      _ end: RunSettlement.End = .stopped(.aborted, note: nil), after seconds: Double = 60, failing: [WorkItem] = [],
      aborted: [WorkItem] = [], notTried: [WorkItem] = []
    ) -> RunSettlement {
      RunSettlement(
        opening: opening, endedAt: start + seconds, end: end,
        failures: failing.map {
          ItemFailure(
            item: $0, stage: .load, error: "DatabaseUnavailable", cause: "refused", failedAt: start + seconds)
        }, aborted: aborted.map(\.id), notTried: notTried.map(\.id))
    }

    @discardableResult
    private func settle(_ settlement: RunSettlement) throws -> Bool {
      try ledger.settle(settlement, ofRun: "run-1", in: dataset, deadline: within())
    }

    private func found() throws -> (record: RunRecord, items: [RunItem]) {
      try #require(try ledger.run(named: "run-1", of: dataset, deadline: within()))
    }

    private func states() throws -> [ItemState] {
      let (record, items) = try found()
      return items.map {
        ItemState(of: $0.item.id, in: record, isLoaded: $0.load != nil, hasFailed: $0.failure != nil)
      }
    }

    @Test("is closed, with the failure that the ledger could not take and the items that were not done")
    func open() throws {
      try record(opened())
      try load(items[0])
      let settlement = settlement(failing: [items[1]], notTried: [items[2]])
      for _ in 0..<2 {
        #expect(try settle(settlement))
        #expect(
          try connection.lines(
            "status, error, items_aborted, items_not_tried, reconciled_at is not null, dates_loaded", from: "etl_runs")
            == ["failed|Aborted|{}|{\(items[2])}|t|1"])
        #expect(
          try connection.lines("item, stage, error, cause", from: "etl_failures")
            == ["\(items[1])|load|DatabaseUnavailable|refused"])
        #expect(try states() == [.done, .failed, .notTried])
      }
    }

    @Test("that the ledger does not know at all is added")
    func unknown() throws {
      try makeDatabase().migrate(deadline: within())
      for end in [
        RunSettlement.End.finished(cause: nil), .failed(error: "States.Runtime", cause: "why"),
        .stopped(.timedOut, note: nil),
      ] {
        try settle(settlement(end, failing: [items[0], items[1]], aborted: [items[2]]))
        #expect(try found().record.items == items)
        #expect(try found().record.trigger == .schedule)
        #expect(try states() == [.failed, .failed, .aborted])
        try connection.execute(script: "truncate etl_runs, etl_failures", deadline: within())
      }
    }

    @Test("keeps the run's own end, and only completes what it lacks")
    func ownEnd() throws {
      for item in items.prefix(2) { try load(item) }
      try record(closed(failing: [items[2]], after: 59))
      #expect(try connection.lines("item, stage, error", from: "etl_failures") == ["\(items[2])|Unrecorded"])
      try settle(settlement(.finished(cause: "other"), failing: [items[2]]))
      #expect(try found().record.status == .partial)
      #expect(try found().record.cause == nil)
      #expect(try found().record.endedAt == start + 59)
      #expect(try connection.lines("reconciled_at is null", from: "etl_runs") == ["t"])
      #expect(
        try connection.lines("item, stage, error", from: "etl_failures") == ["\(items[2])|load|DatabaseUnavailable"])
      // A failure that the run recorded itself stays.
      try record(failed(items[1], error: "SourceChanged"))
      try settle(settlement(.finished(cause: nil), failing: [items[1]]))
      #expect(try connection.lines("error", from: "etl_failures where item = '\(items[1])'") == ["SourceChanged"])
    }

    @Test("that was redriven since keeps its later end, and a later end of its own holds over the settled one")
    func redriven() throws {
      try record(opened())
      try settle(settlement(notTried: items))
      try record(closed(after: 30))
      #expect(try found().record.status == .partial, "the run's own end holds, however early its clock")
      #expect(try connection.lines("items_not_tried is null, reconciled_at is null", from: "etl_runs") == ["t|t"])
      try record(closed(after: 300))
      #expect(try settle(settlement(notTried: items)) == false)
      #expect(try found().record.endedAt == start + 300)
      #expect(try connection.lines("items_not_tried is null", from: "etl_runs") == ["t"])
    }

    @Test("has its items if only the event of the stop came before")
    func stoppedWithoutOpening() throws {
      try record(.stopped(RunStop(trigger: .manual, startedAt: start, endedAt: start + 60, reason: .aborted)))
      #expect(try found().record.items.isEmpty)
      try settle(settlement(failing: [items[0]], notTried: Array(items.dropFirst())))
      #expect(try states() == [.failed, .notTried, .notTried])
    }

    @Test("that was lost is failed, counts what was loaded, and takes its own end if that still comes")
    func lost() throws {
      try record(opened())
      try load(items[0])
      try settle(settlement(.failed(error: "Lost", cause: "gone"), aborted: [items[1]], notTried: [items[2]]))
      #expect(
        try connection.lines("status, error, dates_loaded, reconciled_at is not null", from: "etl_runs")
          == ["failed|Lost|1|t"])
      #expect(try states() == [.done, .aborted, .notTried])
      for item in items.dropFirst() { try load(item) }
      try record(closed(after: 30))
      #expect(try found().record.status == .success)
      #expect(try states() == [.done, .done, .done])
    }

    @Test("that was lost with every item loaded is a success")
    func lostAfterItsWork() throws {
      try record(opened())
      for item in items { try load(item) }
      try settle(settlement(.finished(cause: nil)))
      #expect(try found().record.status == .success)
      #expect(try states() == [.done, .done, .done])
    }

    @Test("keeps its items when the event of the stop comes late")
    func lateStop() throws {
      try record(opened())
      try settle(settlement(notTried: items))
      try record(.stopped(RunStop(trigger: .manual, startedAt: start, endedAt: start + 60, reason: .aborted)))
      #expect(try states() == [.notTried, .notTried, .notTried])
    }

    @Test("stays open if the database refuses the write")
    func refused() throws {
      try record(opened())
      try connection.execute(
        script: "alter table etl_runs add constraint closed_by_test check (ended_at is null)", deadline: within())
      #expect(failureName { try settle(settlement()) } == .schemaMismatch)
      #expect(try found().record.status == .running)
    }
  }

  @Suite("Pages, generated columns and cached items")
  final class ItemStateTests: LedgerSuite {
    @Test("A load keeps its numbers of pages, and a run their sum")
    func pages() throws {
      try record(opened())
      for (item, failed) in zip(items, [1, 6]) {
        let target = LoadTarget(
          dataset: dataset, item: item, key: "raw/\(item).json", run: "run-1",
          pages: PageCounts(read: 50, failed: failed))
        try ledger.recordLoad(
          LoadReport(records: RecordCounts(found: 2, new: 2)), of: Data("{}".utf8), for: target, deadline: within())
      }
      try load(items[2])
      let found = try #require(try ledger.run(named: "run-1", of: dataset, deadline: within()))
      #expect(found.record.pagesFailed == 7)
      #expect(found.items.map(\.load?.pages?.failed) == [1, 6, nil])
      let fresh = try ledger.freshness(of: items, in: dataset, deadline: within())
      #expect(fresh.map(\.pages?.lacksMany) == [false, true, nil])
    }

    @Test("etl_runs has the names of other readers, generated")
    func generated() throws {
      try record(opened())
      #expect(
        try connection.lines("run_id, source_name, records_loaded is null", from: "etl_runs") == ["run-1|test|t"])
      try load(items[0], rejecting: true)
      try load(items[1])
      try record(closed(failing: [items[2]]))
      #expect(
        try connection.lines("run_id, source_name, records_loaded, records_found", from: "etl_runs")
          == ["run-1|test|3|4"])
    }

    @Test("The caching of items is recorded, the last time of each, and read as freshness")
    func cached() throws {
      try record(opened())
      let first = [
        PublishedItem(item: items[1], records: 3, lifetime: 600), PublishedItem(item: items[0], records: 0),
      ]
      try ledger.recordCached(first, of: dataset, deadline: within())
      try ledger.recordCached(
        [PublishedItem(item: items[1], records: 4, lifetime: 60)], of: dataset, deadline: within())
      #expect(
        try connection.lines(
          "item, event_date, records, extract(epoch from expires_at - cached_at)::int",
          from: "cached_items order by item")
          == ["\(items[0])|\(items[0])|0", "\(items[1])|\(items[1])|4|60"])
      let fresh = try ledger.freshness(of: items, in: dataset, deadline: within())
      #expect(fresh.map { $0.cachedAt == nil } == [false, false, true])
      #expect(fresh.map { $0.expiresAt == nil } == [true, false, true])
    }

    @Test("An item is covered once a run that had it has ended, and empty if no load ever found anything")
    func coveredAndEmpty() throws {
      try record(opened())
      #expect(
        try ledger.freshness(of: items, in: dataset, deadline: within()).map(\.isCovered) == [false, false, false])
      try ledger.recordLoad(
        LoadReport(records: RecordCounts()), of: Data("{}".utf8), for: Self.target(items[0]), deadline: within())
      try load(items[1])
      try ledger.recordLoad(
        LoadReport(records: RecordCounts()), of: Data("{}".utf8), for: Self.target(items[1], key: "raw/later.json"),
        deadline: within())
      try record(closed(failing: [items[2]]))
      let fresh = try ledger.freshness(of: items, in: dataset, deadline: within())
      #expect(fresh.map(\.isCovered) == [true, true, true])
      #expect(fresh.map(\.isEmpty) == [true, false, false])
    }
  }
}
