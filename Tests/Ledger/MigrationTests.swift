import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("Migrating")
  final class MigrationTests: LedgerSuite {
    override class var isMigrated: Bool { false }

    private let first = Migration(version: 1, name: "first", script: "create table t (n int)")
    private let second = Migration(version: 2, name: "second", script: "alter table t add m int")

    private func make(_ migrations: Migration...) throws -> Database {
      try Database(url: testDatabase.url, migrations: migrations)
    }

    private func tables() throws -> [String] {
      try connection.lines("table_name", from: "information_schema.tables where table_schema = 'public' order by 1")
    }

    @Test("applies each step once, and then does not query the database again")
    func once() throws {
      #expect(try make(first, second).migrate(deadline: within()) == ["first", "second"])
      let database = try make(first, second)
      #expect(try database.migrate(deadline: within()).isEmpty)
      #expect(database.roundTrips == 1)
      try database.migrate(deadline: within())
      #expect(database.roundTrips == 1)
      #expect(
        try connection.lines("version, name, checksum", from: "schema_migrations order by 1") == [
          "1|first|\(first.checksum)", "2|second|\(second.checksum)",
        ])
    }

    @Test("is done by one of twenty processes that start at once")
    func concurrent() throws {
      let url = testDatabase.url
      let applied = Locked([String]())
      concurrently(
        (0..<20).map { _ in
          {
            do {
              let names = try LedgerTests.makeDatabase(url).migrate(deadline: within())
              applied.change { $0 += names }
            } catch {
              Issue.record("\(error)")
            }
          }
        })
      #expect(applied.change { $0 } == ConcertsSink.migrations.map(\.name))
    }

    @Test("refuses a newer database, and one with other steps of the same numbers")
    func mismatch() throws {
      try database.migrate(deadline: within())
      try connection.query("insert into schema_migrations values (999, 'from the future', 'x')", deadline: within())
      let newer = #expect(throws: PipelineError.self) { try self.makeDatabase().migrate(deadline: within()) }
      #expect(newer?.name == .schemaMismatch)
      let known = ConcertsSink.migrations.map(\.version).max() ?? 0
      #expect(newer?.message == "the database is at version 999, this program knows \(known): deploy the newer program")
      try connection.execute(
        script:
          "delete from schema_migrations where version = 999; update schema_migrations set checksum = 'x' where version = 1",
        deadline: within())
      let other = #expect(throws: PipelineError.self) { try self.makeDatabase().migrate(deadline: within()) }
      #expect(other?.name == .schemaMismatch)
      #expect(
        other?.message
          == "migration 1 was applied with other content (its checksum differs): run the build that applied it")
    }

    @Test("fails as a whole")
    func atomic() throws {
      let bad = Migration(version: 2, name: "bad", script: "create table bad (n int); select from nowhere")
      #expect(failureName { try make(first, bad).migrate(deadline: within()) } == .schemaMismatch)
      #expect(try tables().isEmpty)
      #expect(try make(first).migrate(deadline: within()) == ["first"])
    }

    @Test("applies only the missing steps, in order")
    func partial() throws {
      #expect(try make(first).migrate(deadline: within()) == ["first"])
      #expect(try make(first, second).migrate(deadline: within()) == ["second"])
      #expect(failureName { try make(first).migrate(deadline: within()) } == .schemaMismatch)
    }

    @Test("repeats itself after the schema was dropped during the life of a process")
    func dropped() throws {
      try record(opened())
      try connection.execute(script: "drop schema public cascade; create schema public", deadline: within())
      #expect(failureName { try record(opened()) } == .schemaMismatch)
      #expect(try record(opened())?.status == .running)
    }
  }
}
