import Contracts
import Postgres
import Time

extension Database {
  /// Runs a query on a database of this program's version. The process's first query checks the version in the same round
  /// trip. A reader that was made without migrations takes whatever version has the tables.
  /// - Parameter take: converts the rows.
  /// - Throws: `SchemaMismatch` if the database has another version, or an error of the database.
  package func reading<Value>(
    _ statement: PostgresStatement, deadline: Deadline, _ take: (PostgresRows) throws -> Value
  ) throws(PipelineError) -> Value {
    try retrying(deadline: deadline) {
      let tooOld = PipelineError(
        .schemaMismatch, "the database is of an older version: migrate it, or load a document first")
      let checksVersion = !isMigrated && !migrations.isEmpty
      let results: [PostgresRows]
      do {
        results = try connection.pipeline((checksVersion ? [Self.versions] : []) + [statement], deadline: deadline)
      } catch let error as PostgresError where !isMigrated && ["42P01", "42703"].contains(error.sqlState) {
        // A table or a column does not exist yet.
        throw tooOld
      }
      if checksVersion {
        guard try pending(migrations, given: results.first).isEmpty else { throw tooOld }
        isMigrated = true
      }
      guard let rows = results.last else { throw PostgresError(.connectionLost, "the server gave no response") }
      return try take(rows)
    }
  }
}
