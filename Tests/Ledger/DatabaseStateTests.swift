import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("Looking at the database")
  final class DatabaseStateTests: LedgerSuite {
    override class var isMigrated: Bool { false }

    @Test("shows the schema's version before and after a migration, and changes nothing")
    func versions() throws {
      let empty = try database.state(deadline: within())
      #expect(empty.version == nil)
      #expect(empty.pendingMigrations.count == ConcertsSink.migrations.count)
      #expect(empty.knownVersion == ConcertsSink.migrations.last?.version)
      #expect(try connection.lines("tablename", from: "pg_tables where schemaname = 'public'").isEmpty)
      try database.migrate(deadline: within())
      let current = try database.state(deadline: within())
      #expect(current.version == current.knownVersion)
      #expect(current.pendingMigrations.isEmpty && current.readOnlyTables.isEmpty && !current.isReplica)
      #expect(current.server.first?.isNumber == true)
    }

    @Test("names the tables that the user may not write to")
    func readOnly() throws {
      try database.migrate(deadline: within())
      let role = "reader_\(UUID().uuidString.prefix(8).lowercased())"
      try connection.execute(
        script: """
          create role \(role) login password 'reader';
          grant select on all tables in schema public to \(role); grant insert, update on loads to \(role);
          """, deadline: within())
      defer { try? connection.execute(script: "drop owned by \(role); drop role \(role)", deadline: within()) }
      var url = try #require(URLComponents(string: testDatabase.url))
      (url.user, url.password) = (role, "reader")
      let reader = try LedgerTests.makeDatabase(try #require(url.string))
      let tables = try reader.state(deadline: within()).readOnlyTables
      #expect(tables.contains("etl_runs") && !tables.contains("loads"))
    }

    @Test("says that a newer version is one")
    func newer() throws {
      try database.migrate(deadline: within())
      try connection.execute(
        script: "insert into schema_migrations (version, name, checksum) values (999, 'x', 'y')", deadline: within())
      let error = #expect(throws: PipelineError.self) { try database.state(deadline: within()) }
      #expect(error?.name == .schemaMismatch)
    }
  }
}
