import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("The checkpoint of a load")
  final class CheckpointTests: LedgerSuite {
    private let name = CheckpointName(sourceType: "http", dataset: "test", item: "2024-05-31", isOnlyItem: false)

    private func record(
      _ before: Int?, _ after: Int, key: String, superseded: Bool = false, rejecting: [LoadReport.Rejection] = []
    ) throws {
      let dataset = Dataset(
        id: "test", dataType: "items", timeZone: "America/Chicago", extractor: "http", sinks: [],
        state: StateSettings(.postgres, hasOneItem: false))
      var target = LoadTarget(dataset: dataset, item: items[0], key: key, run: "run-1")
      target.checkpoint = CheckpointCommit(
        name,
        CheckpointSpan(
          before: try before.map { try Checkpoint("\($0)", .integer) }, after: try Checkpoint("\(after)", .integer)))
      let counts = RecordCounts(found: 4, new: 4 - rejecting.count, rejected: rejecting.count)
      try ledger.recordLoad(
        LoadReport(records: counts, rejections: rejecting, isSuperseded: superseded),
        of: Data(#"{"records":[{},{},{},{}],"rejected":[]}"#.utf8), for: target, deadline: within())
    }

    private func row(_ columns: String = "checkpoint_value") throws -> [String] {
      try connection.lines(columns, from: "etl_checkpoints")
    }

    @Test("is written with it, with the counters that readers of the table use")
    func written() throws {
      try record(nil, 5, key: "raw/1.json")
      try record(5, 9, key: "raw/2.json")
      try record(5, 9, key: "raw/2.json")
      #expect(
        try row(
          "source_type, source_name, checkpoint_type, checkpoint_value, total_runs, total_records_processed, "
            + "last_records_processed, status, error_message, last_document, last_success_at = last_run_at")
          == ["http|test/2024-05-31|integer|9|1|8|4|success|raw/2.json|t"])
    }

    @Test("stays if the load is rolled back: it is in the same transaction")
    func rolledBack() throws {
      try record(nil, 5, key: "raw/1.json")
      struct Crash: Error {}
      let database = try makeDatabase()
      try database.migrate(deadline: within())
      var target = Self.target(items[0], key: "raw/2.json")
      target.checkpoint = CheckpointCommit(
        name, CheckpointSpan(before: try Checkpoint("5", .integer), after: try Checkpoint("9", .integer)))
      let doomed = target
      #expect(throws: (any Error).self) {
        try database.connection.transaction(deadline: within()) {
          try database.recordLoadInTransaction(
            LoadReport(records: RecordCounts()), of: Data("{}".utf8), for: doomed, deadline: within())
          throw Crash()
        }
      }
      #expect(try row() == ["5"])
      #expect(try connection.count("loads") == 1)
    }

    @Test("stays for an older document, over a gap, and for a document that changed nothing")
    func stays() throws {
      try record(nil, 5, key: "raw/1.json")
      try record(nil, 3, key: "raw/0.json")
      try record(7, 9, key: "raw/9.json")
      try record(5, 8, key: "raw/8.json", superseded: true)
      #expect(try row() == ["5"])
    }

    @Test("is not there for a load of another dataset")
    func none() throws {
      try ledger.recordLoad(
        LoadReport(records: RecordCounts()), of: Data("{}".utf8), for: Self.target(items[0], key: "raw/1.json"),
        deadline: within())
      #expect(try row() == [])
    }

    @Test("A rejected record that a later document does not have stays in quarantine: it may not have changed")
    func quarantine() throws {
      try record(
        nil, 5, key: "raw/1.json",
        rejecting: [.init(position: 0, reason: "bad", key: "a"), .init(position: 1, reason: "bad", key: "b")])
      try record(5, 9, key: "raw/2.json", rejecting: [.init(position: 2, reason: "bad", key: "b")])
      #expect(
        try connection.lines("href, raw_key, resolution", from: "rejected_records order by id") == [
          "a|raw/1.json", "b|raw/1.json|rejected again", "b|raw/2.json",
        ])
    }

    @Test("A record that a later document rejects, too, is open once, under that one, also if the older is loaded late")
    func late() throws {
      let dataset = Dataset(
        id: "test", dataType: "items", timeZone: "America/Chicago", extractor: "http", sinks: [],
        state: StateSettings(.postgres, hasOneItem: false))
      for (key, second, isLate) in [("raw/2.json", 2.0, false), ("raw/1.json", 1.0, true)] {
        var report = LoadReport(
          records: RecordCounts(found: 1, rejected: 1), rejections: [.init(position: 0, reason: "bad", key: "a")],
          listedAt: LedgerTests.start + second)
        report.isLate = isLate
        try ledger.recordLoad(
          report, of: Data(#"{"records":[{}],"rejected":[]}"#.utf8),
          for: LoadTarget(dataset: dataset, item: items[0], key: key, run: key), deadline: within())
      }
      #expect(
        try connection.lines("raw_key, resolution", from: "rejected_records order by id") == [
          "raw/2.json", "raw/1.json|rejected again",
        ])
    }

    @Test(
      "A rejected record stays in quarantine also where the checkpoint is in S3 or a file",
      arguments: [
        StateSettings.Kind.s3, .file,
      ])
    func quarantineWithoutTable(_ kind: StateSettings.Kind) throws {
      let dataset = Dataset(
        id: "test", dataType: "events", timeZone: "UTC", extractor: "http", sinks: ["postgres"],
        state: StateSettings(kind, hasOneItem: true))
      for (number, key) in [(1, "a"), (2, "b")] {
        try ledger.recordLoad(
          LoadReport(
            records: RecordCounts(found: 1, rejected: 1), rejections: [.init(position: 0, reason: "bad", key: key)]),
          of: Data(#"{"records":[{}],"rejected":[]}"#.utf8),
          for: LoadTarget(dataset: dataset, item: items[0], key: "raw/\(number).json", run: "run-\(number)"),
          deadline: within())
      }
      #expect(
        try connection.lines("href, raw_key, resolution", from: "rejected_records order by id") == [
          "a|raw/1.json", "b|raw/2.json",
        ])
    }
  }

  @Suite("A table of checkpoints that system 003 made")
  final class CheckpointMigrationTests: LedgerSuite {
    override class var isMigrated: Bool { false }

    @Test("keeps its rows, its other columns and its readers, and takes new rows")
    func adopted() throws {
      try makeDatabase().migrate(to: Array(ConcertsSink.migrations.prefix { $0.version < 8 }), deadline: within())
      try connection.execute(
        script: """
          create type sourcetype as enum ('api', 'csv', 'rss', 'feed');
          create type etlstatus as enum ('pending', 'running', 'success', 'failed', 'partial');
          create table etl_checkpoints (
            id uuid primary key, source_type sourcetype not null, source_name varchar(100) not null,
            checkpoint_type varchar(50) not null, checkpoint_value varchar(255), checkpoint_data json,
            last_run_at timestamp, last_success_at timestamp, last_failure_at timestamp, total_runs integer,
            total_records_processed integer default 0, last_records_processed integer,
            status etlstatus not null default 'pending', error_message varchar(200), created_at timestamp not null,
            unique (source_type, source_name));
          insert into etl_checkpoints values ('6f2a0b6e-0000-4000-8000-000000000001', 'rss', 'bbc_news', 'timestamp',
            '2024-05-31T08:00:00', '{"a": 1}', '2024-05-31 08:00', '2024-05-31 08:00', null, null, 7, null, 'success',
            null, '2024-01-01 00:00');
          create view health as select source_type, source_name, status, last_run_at from etl_checkpoints;
          """, deadline: within())
      #expect(try database.migrate(deadline: within()).contains("checkpoints"))
      try connection.execute(script: "set timezone = 'UTC'", deadline: within())
      #expect(
        try connection.lines(
          "source_type, source_name, checkpoint_type, checkpoint_value, checkpoint_data, last_run_at, total_runs, "
            + "total_records_processed, status, created_at", from: "etl_checkpoints") == [
            #"rss|bbc_news|timestamp|2024-05-31T08:00:00|{"a": 1}|2024-05-31 08:00:00+00|0|7|success|2024-01-01 00:00:00+00"#
          ])
      #expect(try connection.lines("source_name, status", from: "health") == ["bbc_news|success"])
      let store = PostgresCheckpoints(database)
      let name = CheckpointName(sourceType: "http", dataset: "bbc_news", item: "all", isOnlyItem: true)
      let checkpoint = try Checkpoint("7", .integer)
      #expect(
        try store.states(of: [name], deadline: within()) == [:], "003's checkpoint is no checkpoint of this program")
      try store.update(name, deadline: within()) { $0.checkpoint = checkpoint }
      #expect(try store.states(of: [name], deadline: within())[name]?.checkpoint == checkpoint)
      #expect(try connection.count("health") == 2)
      // 003's own code still writes it.
      try connection.execute(
        script: """
          insert into etl_checkpoints (id, source_type, source_name, checkpoint_type, status, created_at)
          values ('6f2a0b6e-0000-4000-8000-000000000002', 'csv'::sourcetype, 'p', 'id', 'running'::etlstatus, now());
          """, deadline: within())
    }

    @Test("is made again without effect")
    func twice() throws {
      try database.migrate(deadline: within())
      #expect(try makeDatabase().migrate(deadline: within()) == [])
      #expect(try connection.count("etl_checkpoints") == 0)
    }
  }
}
