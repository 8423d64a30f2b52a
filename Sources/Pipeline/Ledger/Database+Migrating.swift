import Contracts
import Postgres
import Time

extension Database {
  /// Brings the schema up to this program's version: that of an empty database, or of one of the legacy system, whose
  /// data is kept. Once the schema is known to be current, this process does not query it again.
  /// - Returns: the names of the steps that were applied; empty if the schema was current.
  /// - Throws: `SchemaMismatch` if the database is of a newer version, or has other steps under the same numbers.
  @discardableResult
  public func migrate(deadline: Deadline) throws(PipelineError) -> [String] {
    try migrate(to: migrations, deadline: deadline)
  }

  @discardableResult
  func migrate(to migrations: [Migration], deadline: Deadline) throws(PipelineError) -> [String] {
    guard !isMigrated else { return [] }
    let applied = try retrying(deadline: deadline) {
      guard try !pending(migrations, deadline: deadline).isEmpty else { return [String]() }
      return try connection.transaction(deadline: deadline) {
        try connection.pipeline([Self.lock, Self.versionTable], deadline: deadline)
        // Another process may have migrated while this one waited for the lock.
        let pending = try pending(migrations, deadline: deadline)
        for migration in pending {
          try connection.execute(script: migration.script, deadline: deadline)
          try connection.query(
            "insert into schema_migrations (version, name, checksum) values ($1, $2, $3)",
            [.int(migration.version), .text(migration.name), .text(migration.checksum)], deadline: deadline)
        }
        return pending.map(\.name)
      }
    }
    isMigrated = true
    return applied
  }

  /// Returns the steps that have not been applied.
  private func pending(_ migrations: [Migration], deadline: Deadline) throws -> [Migration] {
    let rows: PostgresRows?
    do {
      rows = try connection.pipeline([Self.versions], deadline: deadline).first
    } catch let error as PostgresError where error.sqlState == "42P01" {
      return migrations
    }
    return try pending(migrations, given: rows)
  }

  static let versions = PostgresStatement("select version, checksum from schema_migrations")

  /// - Parameter rows: the result of `versions`.
  func pending(_ migrations: [Migration], given rows: PostgresRows?) throws -> [Migration] {
    var checksums: [Int: String] = [:]
    for row in rows?.map({ $0 }) ?? [] { checksums[try row["version"]] = try row["checksum"] }
    let known = Set(migrations.map(\.version))
    if let newest = checksums.keys.max(), !known.contains(newest) {
      throw PipelineError(
        .schemaMismatch,
        "the database is at version \(newest), this program knows \(known.max() ?? 0): deploy the newer program")
    }
    for migration in migrations {
      guard let checksum = checksums[migration.version] else { continue }
      guard checksum == migration.checksum else {
        throw PipelineError(
          .schemaMismatch,
          "migration \(migration.version) was applied with other content (its checksum differs): "
            + "run the build that applied it")
      }
    }
    return migrations.filter { checksums[$0.version] == nil }
  }

  private static let versionTable = PostgresStatement(
    """
    create table if not exists schema_migrations (
      version integer primary key, name text not null, checksum text not null,
      applied_at timestamptz not null default now())
    """)
}
