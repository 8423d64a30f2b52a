import Contracts
import Postgres
import Time

extension Database {
  /// The way in which a process treats what a migration finds in the database.
  enum MigrationMode {
    /// The loader's: all steps or none, and no index that would block writers for long.
    case automatic
    /// `festvibes migrate`: reports, and stops before a step whose indexes are built concurrently first.
    case stepwise
    /// Reports, and rolls back.
    case dryRun
  }

  /// Brings the schema up to this program's version: that of an empty database, or of one of the legacy system, whose
  /// data is kept. Once the schema is known to be current, this process does not query it again.
  /// - Returns: the names of the steps that were applied; empty if the schema was current.
  /// - Throws: `SchemaMismatch` if the database is of a newer version, has other steps under the same numbers, or needs an
  ///   index on a large table, which `upgrade` builds.
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
        try apply(migrations, .automatic, deadline: deadline).report.steps.map(\.name)
      }
    }
    isMigrated = true
    return applied
  }

  /// Applies the pending steps in the current transaction.
  /// - Returns: what was done, and the step before which it stopped because its indexes must be built first.
  func apply(
    _ migrations: [Migration], _ mode: MigrationMode, deadline: Deadline
  ) throws -> (report: MigrationReport, slow: Migration?) {
    try connection.pipeline([Self.lock, Self.versionTable], deadline: deadline)
    // Another process may have migrated while this one waited for the lock.
    let pending = try pending(migrations, deadline: deadline)
    var report = MigrationReport()
    var slow: Migration?
    let changedTables = Set(pending.flatMap(\.changedTables)).sorted()
    if !changedTables.isEmpty {
      try connection.execute(script: ForeignObjects.setAside(from: changedTables), deadline: deadline)
      report.recreated = try connection.query(
        "select kind || ' ' || concat_ws(' on ', name, relation) from set_aside order by position desc",
        deadline: deadline
      ).map { try $0[0] }
    }
    if mode != .automatic { try connection.execute(script: MigrationAudit.table, deadline: deadline) }
    for migration in pending {
      let missing = try missingIndexes(of: migration, deadline: deadline)
      if let table = missing.first(where: \.isSlow)?.index.table, mode != .dryRun {
        guard mode == .stepwise else { throw Self.tooSlow(migration, table) }
        slow = migration
        break
      }
      report.steps.append(try apply(migration, missing, mode, deadline: deadline))
    }
    if !changedTables.isEmpty { try connection.execute(script: ForeignObjects.restore, deadline: deadline) }
    return (report, slow)
  }

  private func apply(
    _ migration: Migration, _ missing: [MigrationIndex.State], _ mode: MigrationMode, deadline: Deadline
  ) throws -> MigrationReport.Step {
    let audit = mode == .automatic ? nil : migration.audit
    if let audit { try connection.execute(script: audit.before, deadline: deadline) }
    try connection.execute(script: migration.script, deadline: deadline)
    for state in missing where !state.isSlow {
      if state.isInvalid { try connection.query("drop index \(state.index.name)", deadline: deadline) }
      try connection.query("create index \(state.index.definition)", deadline: deadline)
    }
    try connection.query(
      "insert into schema_migrations (version, name, checksum) values ($1, $2, $3)",
      [.int(migration.version), .text(migration.name), .text(migration.checksum)], deadline: deadline)
    var step = MigrationReport.Step(version: migration.version, name: migration.name)
    step.indexes = missing.map(\.index.definition)
    if let audit {
      try connection.execute(script: audit.after, deadline: deadline)
      step.changes = try connection.query(
        "select action, place, rows, reason, examples from migration_changes order by position", deadline: deadline
      ).map {
        .init(
          action: try $0["action"], place: try $0["place"], rows: try $0["rows"], reason: try $0["reason"],
          examples: try $0["examples"])
      }
      try connection.query("delete from migration_changes", deadline: deadline)
    }
    return step
  }

  func missingIndexes(of migration: Migration, deadline: Deadline) throws -> [MigrationIndex.State] {
    guard !migration.indexes.isEmpty else { return [] }
    let query = MigrationIndex.states(of: migration.indexes, limit: largeTable)
    let rows = try connection.pipeline([query], deadline: deadline)
    return try rows.first.map { try MigrationIndex.states(of: migration.indexes, in: $0) }?.filter { !$0.isCovered }
      ?? []
  }

  private static func tooSlow(_ migration: Migration, _ table: String) -> PipelineError {
    PipelineError(
      .schemaMismatch,
      "migration \(migration.version) (\(migration.name)) indexes \(table), which is large: run `festvibes migrate` with "
        + "this database's PG_DATABASE_URL, which builds the index while others read and write")
  }

  /// Returns the steps that have not been applied.
  func pending(_ migrations: [Migration], deadline: Deadline) throws -> [Migration] {
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
