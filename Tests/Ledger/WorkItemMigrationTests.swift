import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("A database with a ledger by date")
  final class WorkItemMigrationTests: LedgerSuite {
    override class var isMigrated: Bool { false }

    override init() throws {
      try super.init()
      try makeDatabase().migrate(to: Array(ConcertsSink.migrations.prefix(3)), deadline: within())
      try connection.execute(
        script: """
          -- The formats of dates that a server may be set to.
          alter role current_user in database \(databaseName) set datestyle = 'SQL, DMY';
          insert into etl_runs (dataset, run, trigger, status, dates, started_at, ended_at, dates_loaded, records_found,
            records_new, records_changed, records_unchanged, records_rejected, records_cancelled) values
            ('test', 'run-1', 'schedule', 'partial', '{2024-05-31,2024-06-01,2024-06-02}', '2024-05-31 08:00Z',
              '2024-05-31 08:05Z', 2, 3, 2, 0, 0, 1, 1);
          insert into etl_runs (dataset, run, trigger, status, dates, started_at)
            values ('test', 'run-0', 'manual', 'running', '{}', '2024-05-30 08:00Z');
          insert into etl_failures values
            ('test', 'run-1', '2024-06-02', 'scrape', 'SourceChanged', 'no frame', '2024-05-31 08:02Z'),
            ('test', 'run-1', '2024-06-01', null, 'Unrecorded', null, '2024-05-31 08:05Z');
          insert into loads (id, dataset, event_date, raw_key, run, counts) values
            (1, 'test', '2024-05-31', 'raw/1.json', 'run-1', '{"events": {"found": 2, "new": 1, "changed": 0,
              "unchanged": 0, "rejected": 1, "cancelled": 1}}'),
            (2, 'test', '2024-06-01', 'raw/2.json', 'run-1',
              '{"events": {"found": 1, "new": 1, "changed": 0, "unchanged": 0, "rejected": 0}}');
          select setval('loads_id_seq', 2);
          insert into rejected_records (dataset, event_date, raw_key, position, reason, load_id, href, record)
            values ('test', '2024-05-31', 'raw/1.json', 1, 'no name', 1, '/2', '{"n": 2}');
          """, deadline: within())
    }

    private var databaseName: String {
      testDatabase.url.split(separator: "/").last.map { String($0.prefix { $0 != "?" }) } ?? ""
    }

    @Test("is migrated to items whose ids are the dates, which stay in their columns")
    func migrated() throws {
      #expect(try database.migrate(deadline: within()) == ConcertsSink.migrations.dropFirst(3).map(\.name))
      try connection.execute(script: "set datestyle = 'ISO'", deadline: within())
      #expect(
        try connection.lines("run, items, dates", from: "etl_runs order by run") == [
          "run-0|{}|{}",
          "run-1|{2024-05-31,2024-06-01,2024-06-02}|{2024-05-31,2024-06-01,2024-06-02}",
        ])
      for table in ["etl_failures", "loads", "rejected_records"] {
        #expect(try connection.count("\(table) where item is distinct from to_char(event_date, 'YYYY-MM-DD')") == 0)
      }
      #expect(
        try connection.lines(
          "item, records_found, records_new, records_rejected, records_cancelled", from: "loads order by id") == [
            "2024-05-31|2|1|1|1", "2024-06-01|1|1|0|0",
          ])
      #expect(
        try connection.lines("run, dates_loaded, records_found, records_cancelled", from: "etl_run_counts") == [
          "run-1|2|3|1"
        ])
    }

    @Test("is read and continued by items")
    func continued() throws {
      try database.migrate(deadline: within())
      let found = try #require(try ledger.run(named: "run-1", of: dataset, deadline: within()))
      #expect(found.record.items == items)
      #expect(found.record.records == RecordCounts(found: 3, new: 2, rejected: 1, cancelled: 1))
      #expect(found.items.map(\.item) == items)
      #expect(found.items.map(\.load?.rawKey) == ["raw/1.json", "raw/2.json", nil])
      #expect(found.items.map(\.failure?.error) == [nil, "Unrecorded", "SourceChanged"])
      let fresh = try ledger.freshness(of: items, in: dataset, deadline: within())
      #expect(fresh.map(\.openRejections) == [1, 0, 0])
      #expect(fresh.map(\.failure?.stage) == [nil, nil, .scrape])
      #expect(try ledger.rejections(of: dataset, deadline: within()).map(\.item) == [items[0]])

      // The run's end once more, after the failed items were loaded.
      try load(items[2])
      let ended = try record(closed(after: 7200))
      #expect(ended?.itemsLoaded == 3)
      #expect(ended?.records == RecordCounts(found: 5, new: 4, rejected: 1, cancelled: 1))
      #expect(try connection.count("etl_failures") == 0)
    }
  }
}
