import Foundation
import Contracts
import Settings
import EventRecords
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink

extension WarehouseTests {
  @Suite("Migrating")
  final class MigrationTests {
    let database: TestDatabase
    let connection: PostgresConnection

    init() throws {
      database = try TestDatabase()
      connection = try database.connect()
    }

    @Test("an empty database makes the tables, once")
    func emptyDatabase() throws {
      #expect(
        try makeWarehouse(database).migrate(until: within()) == ["conform system 000", "ledger", "listing times"])
      let before = try connection.rowVersions()
      let database = try makeWarehouse(database)
      #expect(try database.migrate(until: within()).isEmpty)
      #expect(database.roundTrips == 1)
      try database.migrate(until: within())
      #expect(database.roundTrips == 1, "what is known is not asked again")
      #expect(try connection.rowVersions() == before)
      #expect(
        try connection.lines("version, name, checksum", from: "schema_migrations") == [
          "1|conform system 000|\(Migration.conformSystem000.checksum)", "2|ledger|\(Migration.ledger.checksum)",
          "3|listing times|\(Migration.listingTimes.checksum)",
        ])
    }

    @Test("by twenty at once is done by one of them")
    func concurrent() throws {
      let url = database.url
      let applied = Locked([String]())
      concurrently(
        (0..<20).map { _ in
          {
            do {
              let names = try ConcertsDatabase(url: url, zone: try chicago.get()).migrate(until: within())
              applied.change { $0 += names }
            } catch {
              Issue.record("\(error)")
            }
          }
        })
      #expect(applied.change { $0 } == ["conform system 000", "ledger", "listing times"])
    }

    @Test("refuses a database that is newer, or whose steps are not these")
    func mismatch() throws {
      try makeWarehouse(database).migrate(until: within())
      try connection.query("insert into schema_migrations values (999, 'from the future', 'x')", deadline: within())
      let newer = #expect(throws: PipelineError.self) { try makeWarehouse(database).migrate(until: within()) }
      #expect(
        newer?.message == "the database is at version 999, this program knows 3: deploy the newer program")
      #expect(failureName { try makeWarehouse(database).migrate(until: within()) } == .schemaMismatch)
      #expect(failureName { try makeWarehouse(database).load(makeDocument([]), deadline: within()) } == .schemaMismatch)
      try connection.execute(
        script:
          "delete from schema_migrations where version = 999; update schema_migrations set checksum = 'x' where version = 1",
        until: within())
      let other = #expect(throws: PipelineError.self) { try makeWarehouse(database).migrate(until: within()) }
      #expect(other?.name == .schemaMismatch)
      #expect(
        other?.message
          == "migration 1 was applied with other content (its checksum differs): run the build that applied it")
    }

    @Test("fails as a whole")
    func atomic() throws {
      let broken = [
        Migration(version: 1, name: "good", script: "create table good (n int)"),
        Migration(version: 2, name: "bad", script: "create table bad (n int); select from nowhere"),
      ]
      let database = try makeWarehouse(database)
      #expect(failureName { try database.migrate(to: broken, deadline: within()) } == .schemaMismatch)
      #expect(try connection.rowVersions().isEmpty)
      #expect(try database.migrate(to: [broken[0]], deadline: within()) == ["good"])
    }

    @Test("applies only what is missing, in order")
    func partial() throws {
      let first = Migration(version: 1, name: "first", script: "create table t (n int)")
      let second = Migration(version: 2, name: "second", script: "alter table t add m int")
      #expect(try makeWarehouse(database).migrate(to: [first], deadline: within()) == ["first"])
      #expect(try makeWarehouse(database).migrate(to: [first, second], deadline: within()) == ["second"])
      #expect(failureName { try makeWarehouse(database).migrate(to: [first], deadline: within()) } == .schemaMismatch)
    }

    @Test("a schema that was taken away under a living process is noticed, and made again next time")
    func takenAway() throws {
      let database = try makeWarehouse(database)
      try database.load(makeDocument([makeRecord()]), until: within())
      try connection.execute(script: "drop schema public cascade; create schema public", deadline: within())
      #expect(failureName { try database.load(makeDocument([makeRecord()]), until: within()) } == .schemaMismatch)
      let report = try database.load(makeDocument([makeRecord()]), until: within())
      #expect(report.counts.events == RecordCounts(found: 1, new: 1))
    }
  }
}
