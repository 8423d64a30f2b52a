import Contracts
import Postgres
import Time

/// The state of a database: server, schema, rights.
public struct DatabaseState: Equatable, Sendable {
  /// The server's version: `15.8`.
  public let server: String
  /// True if the connection is encrypted.
  public let isEncrypted: Bool
  /// True if the server is a replica, which cannot be written to.
  public let isReplica: Bool
  /// The version of the newest migration that was applied; nil for a database without any.
  public let version: Int?
  /// The version that this program knows.
  public let knownVersion: Int
  /// The names of the migrations that are still to be applied, in order.
  public let pendingMigrations: [String]
  /// The tables that the user may not write to, sorted.
  public let readOnlyTables: [String]
}

extension Database {
  /// Looks at the server, the schema's version and the user's rights, in two round trips and without retries.
  /// - Throws: `DatabaseUnavailable`, `ConfigurationInvalid`; `SchemaMismatch` if the database is of a newer version.
  public func state(deadline: Deadline) throws(PipelineError) -> DatabaseState {
    do {
      let facts = try connection.query(
        """
        select current_setting('server_version') as server, pg_is_in_recovery() as replica,
          coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted,
          to_regclass('schema_migrations') is not null as migrated,
          array_to_string(array(
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = current_schema() and c.relkind = 'r' and not (
              has_table_privilege(c.oid, 'INSERT') and has_table_privilege(c.oid, 'UPDATE'))
            order by 1), ',') as read_only
        """, deadline: deadline)
      guard let row = facts.first else { throw PostgresError(.connectionLost, "the server gave no response") }
      let rows = try row["migrated"] ? connection.pipeline([Self.versions], deadline: deadline).first : nil
      let readOnly: String = try row["read_only"]
      return DatabaseState(
        server: try row["server"], isEncrypted: try row["encrypted"], isReplica: try row["replica"],
        version: try rows?.map { try $0["version"] }.max(), knownVersion: migrations.map(\.version).max() ?? 0,
        pendingMigrations: try pending(migrations, given: rows).map(\.name),
        readOnlyTables: readOnly.split(separator: ",").map(String.init))
    } catch let error as PipelineError {
      throw error
    } catch let error as PostgresError {
      throw PipelineError(error, variable: variable)
    } catch {
      throw PipelineError(.databaseUnavailable, "the database: \(type(of: error))")
    }
  }
}
