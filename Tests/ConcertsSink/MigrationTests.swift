import Contracts
import EventRecords
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("The sink's schema")
  final class MigrationTests: SinkSuite {
    override class var isMigrated: Bool { false }

    @Test("is made from an empty database, once (F64)")
    func emptyDatabase() throws {
      #expect(
        try sink.database.migrate(deadline: within())
          == [
            "conform system 000", "ledger", "listing times", "work items", "item states", "related artists by event",
            "indexes, view and comments for readers", "checkpoints", "locks", "unloaded documents", "event trigger",
            "venue locations",
            "embedded texts", "view of all concerts", "entity links", "origins of runs", "no indexes of hashes",
            "links by address", "last times of series",
          ])
      let before = try connection.rowVersions()
      #expect(try makeSink(testDatabase).database.migrate(deadline: within()).isEmpty)
      #expect(try connection.rowVersions() == before)
    }

    @Test("has no index on the hashes of texts: a load that changes rows would write to it")
    func hashes() throws {
      try sink.database.migrate(deadline: within())
      let indexes: [String] = try connection.query(
        "select indexname::text from pg_indexes where indexdef like '%embedding_hash%'", deadline: within()
      ).map { try $0[0] }
      #expect(indexes.isEmpty)
    }

    @Test("has steps that never change: databases keep their checksums")
    func checksums() {
      #expect(ConcertsSink.migrations.map(\.version) == Array(1...19))
      #expect(
        ConcertsSink.migrations.prefix(4).map(\.checksum) == [
          "546af9bf536d8d0f", "60a9c036267ecb31", "29c0c233182494a3", "f0a1429733ec2405",
        ])
    }

    @Test("of a newer version is not loaded into")
    func newer() throws {
      try sink.database.migrate(deadline: within())
      try connection.query("insert into schema_migrations values (999, 'from the future', 'x')", deadline: within())
      #expect(
        failureName { try makeSink(testDatabase).load(makeDocument([]), deadline: within()) } == .schemaMismatch)
    }

    @Test("is made again after it was dropped during the life of a process")
    func dropped() throws {
      try sink.load(makeDocument([makeRecord()]), deadline: within())
      try connection.execute(script: "drop schema public cascade; create schema public", deadline: within())
      #expect(failureName { try sink.load(makeDocument([makeRecord()]), deadline: within()) } == .schemaMismatch)
      let report = try sink.load(makeDocument([makeRecord()]), deadline: within())
      #expect(report.events == RecordCounts(found: 1, new: 1))
    }
  }
}
