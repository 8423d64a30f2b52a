import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("Faults and other writers")
  final class FaultTests: TableSuite {
    /// Starts a load in another thread.
    /// - Returns: a function that waits for the load's end, and the name of its connection.
    private func start(
      _ records: String, _ key: String, item: String = "all", yaml: String = PostgresSinkTests.prices
    ) throws -> (wait: () throws -> LoadReport, name: String) {
      let name = "loader-\(UInt32.random(in: 0 ... .max))"
      let outcome = Locked(Result<LoadReport, any Error>?.none)
      let done = DispatchSemaphore(value: 0)
      let url = testDatabase.url
      Thread.detachNewThread {
        let result = Result {
          try makeSink(url, yaml, applicationName: name).load(
            makeDocument(records, listed: "2024-05-31T09:00:00Z"), for: makeTarget(key, item: item), deadline: within())
        }
        outcome.change { $0 = result }
        done.signal()
      }
      return (
        {
          done.wait()
          return try #require(outcome.change { $0 }).get()
        }, name
      )
    }

    /// Waits until a connection waits for a lock.
    /// - Returns: the id of its server process.
    private func waitUntilBlocked(_ name: String) throws -> Int {
      for _ in 0..<4000 {
        let rows = try connection.query(
          "select pid from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'", [.text(name)],
          deadline: within())
        if let row = rows.first { return try row[0] }
        SystemTime().sleep(for: .milliseconds(5))
      }
      throw PostgresError(.misuse, "the loader does not wait for a lock")
    }

    @Test("Of loaders on one new table one creates it, and the others wait")
    func twoCreators() throws {
      try sink.database.migrate(deadline: within())
      let loads = try (0..<5).map {
        try start(#"[{"id": "shared"}, {"id": "\#($0)"}]"#, "raw/\($0).json", item: "\($0)")
      }
      let reports = try loads.map { try $0.wait().records }
      #expect(reports.map(\.new).reduce(0, +) == 6 && reports.map(\.unchanged).reduce(0, +) == 4)
      #expect(try count("prices") == 6 && count("etl_tables") == 1)
    }

    @Test("A loader whose connection is cut in the middle leaves nothing, and its retry writes everything")
    func cut() throws {
      try load(#"[{"id": "a", "rank": 1}]"#)
      let other = try testDatabase.connect()
      var loading: (wait: () throws -> LoadReport, name: String)?
      try other.transaction(deadline: within()) {
        try other.query("select from prices where id = 'a' for update", deadline: within())
        loading = try start(#"[{"id": "a", "rank": 2}, {"id": "b"}, {"id": "c", "rank": "x"}]"#, "raw/cut.json")
        let name = try #require(loading?.name)
        let backend = try waitUntilBlocked(name)
        try connection.query("select pg_terminate_backend($1::int4)", [.int(backend)], deadline: within())
        while try waitUntilBlocked(name) == backend {}
        #expect(try count("prices") == 1 && count("loads") == 1 && count("rejected_records") == 0)
      }
      #expect(try loading?.wait().records == RecordCounts(found: 3, new: 1, changed: 1, rejected: 1))
      #expect(try lines("id, rank") == ["a|2", "b"])
      #expect(try count("loads") == 2 && count("rejected_records") == 1)
    }

    @Test("A real deadlock with another writer is retried (F47)")
    func deadlock() throws {
      try load(#"[{"id": "a", "rank": 1}, {"id": "b", "rank": 1}]"#)
      let other = try testDatabase.connect()
      // The loader checks for deadlocks first, so the server cancels its statement.
      try other.query("set deadlock_timeout = '30s'", deadline: within())
      var loading: (wait: () throws -> LoadReport, name: String)?
      try other.transaction(deadline: within()) {
        try other.query("update prices set price = 1 where id = 'b'", deadline: within())
        loading = try start(#"[{"id": "a", "rank": 2}, {"id": "b", "rank": 2}]"#, "raw/dead.json")
        _ = try waitUntilBlocked(try #require(loading?.name))
        try other.query("update prices set price = 1 where id = 'a'", deadline: within())
      }
      #expect(try loading?.wait().records == RecordCounts(found: 2, changed: 2))
      #expect(try lines("id, rank, price") == ["a|2", "b|2"])
    }

    @Test("A writer without the lock that inserts the same key is a conflict, and the load is tried again")
    func rudeWriter() throws {
      try load("[]")
      let other = try testDatabase.connect()
      let loading = try other.transaction(deadline: within()) {
        try other.query(
          "insert into prices (id, rank, _dataset, _item, _raw_key, _first_seen, _last_seen, _content_hash) "
            + "values ('a', 1, 'x', 'x', 'x', '2020-01-01', '2020-01-01', '')", deadline: within())
        let loading = try start(#"[{"id": "a", "rank": 2}]"#, "raw/rude.json")
        _ = try waitUntilBlocked(loading.name)
        return loading
      }
      #expect(try loading.wait().records == RecordCounts(found: 1, changed: 1))
    }

    @Test("A load waits for the table until its deadline at most, and leaves nothing")
    func lockTimeout() throws {
      try load("[]")
      let other = try testDatabase.connect()
      try other.transaction(deadline: within()) {
        try other.query("lock table prices in access exclusive mode", deadline: within())
        let document = makeDocument(#"[{"id": "a"}]"#, listed: "2024-05-31T09:00:00Z")
        let error = failure {
          _ = try sink.load(document, for: makeTarget("raw/late.json"), deadline: within(.milliseconds(400)))
        }
        #expect(error?.name == .deadlineExceeded, "\(error as Any)")
        let limited = try makeSink(testDatabase.url + "?options=-clock_timeout%3D50ms", time: ManualTime())
        let short = failure { _ = try limited.load(document, for: makeTarget("raw/late.json"), deadline: within()) }
        #expect(short?.name == .databaseUnavailable, "\(short as Any)")
      }
      #expect(try count("prices") == 0 && count("loads") == 1)
    }

    @Test("If the ledger cannot be written, no row is")
    func ledger() throws {
      try load("[]")
      try run(
        """
        create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
        create trigger refuse before insert on rejected_records for each row execute function refuse();
        """)
      #expect(failure { try load(#"[{"id": "a"}, {"id": "b", "rank": "x"}]"#) }?.name == .schemaMismatch)
      #expect(try count("prices") == 0 && count("loads") == 1)
    }

    @Test("A row that a trigger keeps from being written is a conflict")
    func trigger() throws {
      try load("[]")
      try run(
        """
        create function lose() returns trigger language plpgsql as $$ begin return null; end $$;
        create trigger lose before insert on prices for each row when (new.id = 'b') execute function lose();
        """)
      let error = failure { try load(#"[{"id": "a"}, {"id": "b"}]"#) }
      #expect(
        error?.name == .databaseConflict && error?.message.contains("1 rows instead of 2") == true, "\(error as Any)")
      #expect(try count("prices") == 0)
    }

    @Test("Messages have no address and no password")
    func messages() throws {
      for (url, name) in [
        (TestDatabase.url(password: "hunter2"), PipelineError.Name.configurationInvalid),
        ("postgresql://user:hunter2@127.0.0.1:1/db?connect_timeout=1", .databaseUnavailable),
      ] {
        let error = failure {
          _ = try makeSink(url, time: ManualTime()).load(
            makeDocument("[]", listed: nil), for: makeTarget(), deadline: within())
        }
        #expect(error?.name == name && error?.description.contains("hunter2") == false, "\(error as Any)")
      }
    }
  }

  @Suite("Large and hostile documents")
  final class DocumentTests: TableSuite {
    @Test("of 20,000 records are loaded, and once more without a write")
    func full() throws {
      func records(_ rank: Int) -> String {
        "[\((0..<20_000).map { #"{"id": "\#($0)", "price": \#($0).25, "rank": \#($0 % 100 == 0 ? rank : 1), "seen": "2024-05-31T08:00:00Z"}"# }.joined(separator: ","))]"
      }
      #expect(try load(records(1)).records == RecordCounts(found: 20_000, new: 20_000))
      let before = try versions()
      #expect(try load(records(1)).records == RecordCounts(found: 20_000, unchanged: 20_000))
      #expect(try versions() == before)
      let trips = sink.database.roundTrips
      #expect(try load(records(2)).records == RecordCounts(found: 20_000, changed: 200, unchanged: 19_800))
      #expect(sink.database.roundTrips - trips <= 7)
    }

    @Test("become rows or rejections, whatever their texts are")
    func hostile() throws {
      try declare(
        "table: prices\nkey: id\ncolumns: {id: text, tags: \"text[]\", data: jsonb}\nschema_contract: evolve\nmetadata: rest"
      )
      let texts = [
        "'; drop table prices; --", "\\", "\\'", "'\u{301}", "\"\u{301}", "{\"a\"}", "{}", "NULL", "null", "", " ",
        "\u{202e}abc", "\u{fffd}",
        "%s $1 \\x00", "a\nb\r\tc", "𝔘", "\u{FEFF}", String(repeating: "x", count: 2000),
      ]
      let quoted = texts.map { text in String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self) }
      let records = quoted.map { #"{"id": \#($0), "tags": [\#($0)], "data": \#($0), "extra": \#($0)}"# }
      let names = quoted.map { #"{"id": "n\#($0.utf8.count)-\#(UInt32.random(in: 0 ... .max))", \#($0): 1}"# }
      let report = try load("[\((records + names).joined(separator: ","))]")
      #expect(report.records == RecordCounts(found: texts.count * 2, new: texts.count * 2))
      let stored = try connection.query(
        "select id, tags, data #>> '{}' as data, extra from prices where extra is not null", deadline: within())
      #expect(
        Set(try stored.map { try $0["id"] as String }.map { Array($0.utf8) }) == Set(texts.map { Array($0.utf8) }))
      for row in stored {
        let id: String = try row["id"]
        let (tags, data, extra): ([String], String, String) = (try row["tags"], try row["data"], try row["extra"])
        #expect(
          tags.map { Array($0.utf8) } == [Array(id.utf8)] && Array(data.utf8) == Array(id.utf8)
            && Array(extra.utf8) == Array(id.utf8))
      }
      let long = #"{"id": "\#(String(repeating: "x", count: 2001))"}"#
      let deep =
        #"{"id": "deep", "data": \#(String(repeating: "[", count: 190))\#(String(repeating: "]", count: 190))}"#
      let rejected = try load(
        #"[\#(long), \#(deep), {"id": "e", "extra": "\u0000"}, {"id": "f", "x\u0000": 1}, {"id": "g", "data": 1e999999}]"#
      )
      #expect(rejected.records == RecordCounts(found: 5, new: 1, rejected: 4), "\(rejected.rejections)")
    }
  }

  @Suite("Dry runs")
  final class DryRunTests: TableSuite {
    override class var isMigrated: Bool { false }

    private func dryRun(_ records: String, isComplete: Bool? = nil) throws -> DryRun {
      try sink.dryRun(
        makeDocument(records, listed: "2024-06-01T00:00:00Z", isComplete: isComplete), for: makeTarget("raw/dry.json"),
        deadline: within())
    }

    @Test("report what a load would change, field by field, and change nothing")
    func differences() throws {
      try declare(PostgresSinkTests.prices + "\nsoft_delete: true")
      try load(#"[{"id": "a", "rank": 1}, {"id": "b"}, {"id": "c"}]"#, isComplete: true)
      try load(#"[{"id": "a", "rank": 1}, {"id": "b"}]"#, isComplete: true)
      // A statement that was rolled back leaves its number in xmax.
      let before = try lines("ctid, xmin", "prices")
      let result = try dryRun(
        #"[{"id": "a", "rank": 2, "price": 1.5}, {"id": "d"}, {"id": "c"}, {"rank": 1, "id": "e", "price": "x"}]"#,
        isComplete: true)
      #expect(result.report.records == RecordCounts(found: 4, new: 1, changed: 2, rejected: 1, cancelled: 1))
      #expect(
        result.differences == [
          .init(.added, label: "d"),
          .init(
            .changed, label: "a",
            fields: [.init(name: "price", before: "null", after: "1.50"), .init(name: "rank", before: "1", after: "2")]),
          .init(
            .changed, label: "c",
            fields: [.init(name: "_deleted_at", before: #""2024-05-31T08:00:02+00:00""#, after: "null")]),
          .init(.removed, label: "b"),
        ], "\(result.differences)")
      #expect(try lines("ctid, xmin", "prices") == before && count("loads") == 2 && count("rejected_records") == 0)
    }

    @Test("work before there is a table, and leave none")
    func noTable() throws {
      #expect(failure { _ = try dryRun("[]") }?.name == .schemaMismatch, "a dry run does not migrate")
      try sink.database.migrate(deadline: within())
      let result = try dryRun(#"[{"id": "a"}]"#)
      #expect(result.differences == [.init(.added, label: "a")])
      #expect(try lines("to_regclass('prices'), to_regclass('etl_tables')", "(values (1)) x") == [""])
      #expect(try sink.storedCounts(of: [.init(id: "all")], in: dataset, deadline: within()) == ["all": 0])
      try load(#"[{"id": "a"}]"#)
      #expect(try sink.storedCounts(of: [.init(id: "all")], in: dataset, deadline: within()) == ["all": 1])
    }
  }
}
