import Contracts
import Postgres
import TestSupport
import Testing

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("Upgrading a database by hand")
  final class UpgradeTests: SinkSuite {
    override class var isMigrated: Bool { false }

    private func execute(_ scripts: String...) throws {
      for script in scripts { try connection.execute(script: script, deadline: within()) }
    }

    /// Returns the tables with their rows' versions, and all columns, indexes and views.
    private func everything() throws -> [String: [String]] {
      var everything = try connection.rowVersions()
      everything["columns"] = try connection.lines(
        "table_name, column_name, data_type, is_nullable",
        from: "information_schema.columns where table_schema = 'public' order by 1, ordinal_position")
      everything["relations"] = try connection.lines(
        "relname, relkind", from: "pg_class where relnamespace = 'public'::regnamespace order by 1")
      return everything
    }

    private static let changes: [(String, String, Int)] = [
      ("set to null", "venues.phone_number", 1), ("set to null", "venues.thoroughfare", 1),
      ("set to null", "venues.full_address", 1), ("set to null", "venues.website", 1),
      ("set to null", "artists.wwoz_artist_href", 1),
      ("set to null", "artists.description", 1), ("set to null", "events.description", 2),
      ("merged", "venues", 2), ("set to null", "events.performance_time", 3),
    ]

    @Test("reports what is merged and set to null, and why")
    func report() throws {
      try execute(plainLegacyTables, legacyRows)
      let report = try sink.database.upgrade(deadline: within())
      #expect(report.steps.map(\.name) == ConcertsSink.migrations.map(\.name))
      let changes = report.steps[0].changes
      #expect(changes.map { "\($0.action) \($0.place) \($0.rows)" } == Self.changes.map { "\($0.0) \($0.1) \($0.2)" })
      let merged = try #require(changes.first { $0.action == "merged" })
      #expect(merged.examples == ["Blue Nile"])
      #expect(merged.reason == "another row is of the same address on the site, or name")
      let midnight = try #require(changes.last)
      #expect(midnight.examples == ["/events/10", "/events/12", "/events/13"])
      #expect(midnight.reason.hasPrefix("midnight"))
      #expect(changes.first { $0.place == "artists.description" }?.examples == ["Kermit"])
      #expect(report.steps.dropFirst().allSatisfy { $0.changes.isEmpty })
    }

    @Test("reports rows that are removed, and references that lead nowhere")
    func leftovers() throws {
      try execute(plainLegacyTables, noLegacyConstraints, legacyRows, legacyOrphans)
      let changes = try sink.database.upgrade(deadline: within()).steps[0].changes
      let removed = changes.filter { $0.action == "removed" }.map { "\($0.place) \($0.rows)" }
      #expect(removed == ["venue_genres 3", "event_genres 2", "artist_relations 2"])
      let dangling = try #require(changes.first { $0.place == "events.venue_id" })
      #expect(dangling.rows == 1)
      #expect(dangling.examples == ["/events/14"])
      #expect(dangling.reason == "there is no such row in venues")
    }

    @Test("in a dry run reports the same, and leaves nothing")
    func dryRun() throws {
      try execute(plainLegacyTables, legacyRows, "create view names as select name from venues")
      let before = try everything()
      let dry = try sink.database.upgrade(isDryRun: true, deadline: within())
      #expect(try everything() == before)
      #expect(
        try connection.count(
          "pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"
        )
          == 0)
      let wet = try sink.database.upgrade(deadline: within())
      #expect(dry == wet)
      #expect(wet.recreated == ["view names"])
      let after = try everything()
      #expect(try sink.database.upgrade(isDryRun: true, deadline: within()) == MigrationReport())
      #expect(try makeSink(testDatabase).database.upgrade(deadline: within()) == MigrationReport())
      #expect(try everything() == after)
    }

    // MARK: Indexes on large tables

    private static let indexed = ["event_date", "performance_time", "venue_id", "artist_id", "load_id"]

    /// Makes a database of the step before, with `count` events, and returns one that finds it large.
    private func makeLarge(count: Int = 300) throws -> Database {
      let before = ConcertsSink.migrations.filter { $0.indexes.isEmpty }
      try makeSink(testDatabase).database.migrate(to: before, deadline: within())
      try execute(
        """
        insert into venues (name) values ('Tipitina''s');
        insert into events (wwoz_event_href, event_date, venue_id)
          select '/events/' || n, '2024-05-31', 1 from generate_series(1, \(count)) n
        """)
      let database = try makeSink(testDatabase).database
      database.largeTable = 300
      return database
    }

    private func indexNames() throws -> [String] {
      try connection.lines(
        "indexrelid::regclass",
        from: "pg_index where indexrelid::regclass::text like '%_by_%' and indisvalid order by 1")
    }

    private let names = [
      "events_by_artist_id_index", "events_by_event_date_index", "events_by_load_id_index",
      "events_by_performance_time_index", "events_by_venue_id_index", "loads_by_run_index",
      "rejected_records_by_load_id_index",
    ]

    @Test("A loader does not index a large table: it names the command, and changes nothing")
    func loader() throws {
      let database = try makeLarge()
      let before = try everything()
      let error = #expect(throws: PipelineError.self) { try database.migrate(deadline: within()) }
      #expect(error?.name == .schemaMismatch)
      #expect(error?.message.contains("indexes events, which is large: run `festvibes migrate`") == true)
      #expect(try everything() == before)
    }

    @Test("A loader indexes a table that is not large")
    func small() throws {
      let database = try makeLarge(count: 299)
      #expect(try database.migrate(deadline: within()) == ["indexes, view and comments for readers"])
      #expect(try indexNames() == names)
    }

    @Test("A large table is indexed while others read and write")
    func concurrently() throws {
      let database = try makeLarge()
      var building: [String] = []
      let writer = try testDatabase.connect()
      // A plain CREATE INDEX would hold the writer up, and the writer the index.
      let report = try database.upgrade(deadline: within()) {
        building.append($0)
        _ = try? writer.query(
          "insert into events (wwoz_event_href, event_date) values ('/events/during', '2024-05-31') on conflict do nothing",
          deadline: within())
      }
      #expect(try connection.count("events where wwoz_event_href = '/events/during'") == 1)
      #expect(building == Self.indexed.map { "events_by_\($0)_index on events (\($0))" })
      #expect(report.steps.map(\.version) == [7])
      #expect(report.steps[0].indexes.count == names.count)
      #expect(try indexNames() == names)
      #expect(try database.upgrade(deadline: within()) == MigrationReport())
      #expect(try makeSink(testDatabase).database.migrate(deadline: within()).isEmpty)
    }

    @Test("An index that an interrupted build left is dropped and built anew")
    func interrupted() throws {
      let database = try makeLarge()
      // As a killed build leaves it: the duplicate makes the unique index fail, and it stays, invalid.
      #expect(throws: PostgresError.self) {
        try self.execute("create unique index concurrently events_by_venue_id_index on events (venue_id)")
      }
      #expect(try connection.count("pg_index where not indisvalid") == 1)
      try database.upgrade(deadline: within())
      #expect(try connection.count("pg_index where not indisvalid") == 0)
      #expect(
        try connection.count("pg_index where indexrelid = 'events_by_venue_id_index'::regclass and indisunique") == 0)
      #expect(try indexNames() == names)
    }

    @Test("An index of the database that serves the same queries is not built again, whatever its name")
    func covered() throws {
      let database = try makeLarge()
      try execute(
        """
        create index ix_time on events (performance_time desc, id); create index ix_partial on events (venue_id)
          where venue_id > 5;
        create index ix_hash on events using hash (artist_id)
        """)
      try database.upgrade(deadline: within())
      #expect(try indexNames() == names.filter { $0 != "events_by_performance_time_index" })
    }

    @Test("Two processes do not build the same index")
    func exclusive() throws {
      let database = try makeLarge()
      let other = try testDatabase.connect()
      try other.query("select pg_advisory_lock(\(0x6665_7374_6978_6573))", deadline: within())
      let error = #expect(throws: PipelineError.self) { try database.upgrade(deadline: within()) }
      #expect(error?.name == .databaseConflict)
      #expect(error?.message.contains("another process builds the indexes of migration 7") == true)
      #expect(try indexNames().isEmpty)
    }

    @Test("A dry run names the indexes that would be built concurrently")
    func dryRunOfIndexes() throws {
      let database = try makeLarge()
      let before = try everything()
      let report = try database.upgrade(isDryRun: true, deadline: within())
      #expect(report.steps.flatMap(\.indexes).count == names.count)
      #expect(try everything() == before)
    }
  }
}
