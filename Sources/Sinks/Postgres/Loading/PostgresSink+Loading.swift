import Contracts
import FoundationEssentials
import Ledger
import Postgres
import Routing
import Time

/// Statements of a load, in the current transaction.
extension PostgresSink {
  /// Takes the table's lock, and looks at ledger and table.
  /// - Parameter isLong: true for a load that reads documents in its transaction.
  func begin(
    _ document: SinkDocument, _ target: LoadTarget, isLong: Bool, deadline: Deadline
  ) throws -> (LoadState, TableState) {
    let lock = PostgresStatement(
      """
      select set_config('idle_in_transaction_session_timeout', $2, true), pg_advisory_xact_lock($1)
      """, [.int(table.lockNumber), .text(isLong ? "60s" : "15s")])
    let first = [lock, LoadState.statement(target, document), TableState.relation(table)]
    if hasDeclarations {
      let results = try database.connection.pipeline(first + [TableState.declaration(table)], deadline: deadline)
      return (try LoadState(results[1], target), try TableState(results[2], results[3]))
    }
    let results = try database.connection.pipeline(first + [DeclarationTable.exists], deadline: deadline)
    if try results[3].first?["exists"] != true { try createDeclarations(deadline: deadline) }
    let declaration = try database.connection.pipeline([TableState.declaration(table)], deadline: deadline)
    return (try LoadState(results[1], target), try TableState(results[2], declaration[0]))
  }

  /// The rows to write.
  struct Changes {
    var inserts: [TableRow] = []
    /// Rows with other content.
    var updates: [TableRow] = []
    /// Rows with the same content, or later content, that the item did not have before, or that were deleted.
    var holds: [TableRow] = []
    /// Those of them that were deleted.
    var revived: [TableRow] = []
    /// The rows to be written that the item did not have before, or that were deleted; with soft delete only.
    var joined = 0
    /// The rows that a reader sees changed.
    var changed: [TableRow] { updates + revived }

    /// Drops the updates that a late document must not make: any, or of a replay those of records that a later listing had.
    /// - Returns: their positions.
    mutating func drop(for state: LoadState) -> Set<Int> {
      guard state.isLate else { return [] }
      let dropped = updates.filter { !state.wasInTurn || state.resolvedLater.contains($0.label) }
      let positions = Set(dropped.map(\.position))
      updates.removeAll { positions.contains($0.position) }
      return positions
    }
  }

  func changes(_ rows: RowSet, _ writes: TableWrites, deadline: Deadline) throws -> Changes {
    var changes = Changes()
    guard !rows.rows.isEmpty else { return changes }
    let differing = try database.connection.pipeline([writes.comparison(rows.rows)], deadline: deadline)[0]
    guard !differing.isEmpty else { return changes }
    let (n, isNew, isSame, isLater) = (
      try differing.columnIndex(of: "n"), try differing.columnIndex(of: "is_new"),
      try differing.columnIndex(of: "is_same"), try differing.columnIndex(of: "is_later")
    )
    let merged = try merged(differing, rows, writes, deadline: deadline)
    for stored in differing {
      let row = rows.rows[try stored[n]]
      if table.softDelete, try stored[isNew] || !stored["is_counted"] { changes.joined += 1 }
      if try stored[isNew] {
        changes.inserts.append(row)
        continue
      }
      let isRevived: Bool = table.softDelete ? try stored["is_deleted"] : false
      if try !stored[isSame] && !stored[isLater] && !merged.contains(stored[n]) {
        changes.updates.append(row)
      } else if table.softDelete {
        changes.holds.append(row)
        if isRevived { changes.revived.append(row) }
      }
    }
    return changes
  }

  /// Returns the indices of rows with another content that say nothing new: their tables keep values that a record lacks.
  /// - Parameter differing: the result of the comparison.
  private func merged(
    _ differing: PostgresRows, _ rows: RowSet, _ writes: TableWrites, deadline: Deadline
  ) throws -> Set<Int> {
    guard table.merge != .replace else { return [] }
    let others: [Int] = try differing.filter { try !$0["is_new"] && !$0["is_same"] && !$0["is_later"] }
      .map { try $0["n"] }
    guard !others.isEmpty else { return [] }
    let changing = try database.connection.pipeline(
      [writes.changing(others.map { rows.rows[$0] })], deadline: deadline)[0]
    return Set(others).subtracting(try changing.map { others[try $0["n"]] })
  }

  /// Refuses a document that has lost most of the item's rows.
  /// - Parameters:
  ///   - count: the number of keys.
  ///   - joined: the number of the item's stored rows that the document has written before.
  func checkMissing(
    _ keys: ListedKeys, count: Int, joined: Int = 0, _ writes: TableWrites, deadline: Deadline
  ) throws {
    guard !writes.target.allowsShrinkage else { return }
    let result = try database.connection.pipeline([writes.missing(keys)], deadline: deadline)[0]
    guard let row = result.first else { return }
    try ShrinkageGuard(
      minimumRatio: table.minimumRatio, listed: count, stored: (try row["stored"]) - joined,
      shared: (try row["shared"]) - joined, deleted: try row["deleted"]
    ).check(writes.target, table.label)
  }

  /// - Parameter keys: the keys of all records, if rows that the document lacks are deleted.
  /// - Returns: the deleted rows; nil if the document says nothing about missing rows.
  func write(
    _ changes: Changes, releasing keys: ListedKeys?, _ writes: TableWrites, deadline: Deadline
  ) throws -> [DryRun.Difference]? {
    var statements: [(statement: PostgresStatement, rows: Int)] = []
    if !changes.inserts.isEmpty { statements.append((writes.insert(changes.inserts), changes.inserts.count)) }
    if !changes.updates.isEmpty { statements.append((writes.update(changes.updates), changes.updates.count)) }
    if !changes.holds.isEmpty { statements.append((writes.hold(changes.holds), changes.holds.count)) }
    let release = keys.map { [writes.release($0)] } ?? []
    guard !statements.isEmpty || !release.isEmpty else { return nil }
    let results: [PostgresRows]
    do {
      results = try database.connection.pipeline(statements.map(\.statement) + release, deadline: deadline)
    } catch let error as PostgresError where error.sqlState == "23514" {
      throw brokenCheck(error)
    }
    for (expected, result) in zip(statements.map(\.rows), results) where expected != result.affectedRows {
      throw PipelineError(
        .databaseConflict,
        "the table \(table.label): a statement wrote \(result.affectedRows) rows instead of \(expected): another writer "
          + "has changed them")
    }
    guard !release.isEmpty, let released = results.last else { return nil }
    return try released.filter { try $0["is_deleted"] }.map { .init(.removed, label: try $0["label"]) }
  }

  /// A record that breaks a check is rejected, but rows that were stored before the check was declared may break it, and the
  /// server looks at every row that is written: also at one that only gets a mark of its deletion.
  private func brokenCheck(_ error: PostgresError) -> PipelineError {
    let broken = table.columns.compactMap { column in
      column.check.map { "not (\($0.sql(for: column.name, column.type)))" }
    }.joined(separator: " or ")
    return PipelineError(
      .schemaMismatch,
      "the table \(table.label) has rows that were stored before a check was declared, and that break it (\(error)): they "
        + "cannot be marked as deleted. Nothing was changed. Correct or delete them: `delete from \(table.sql) where \(broken)`"
    )
  }

  /// Returns the stored rows as JSON, in the order of the given ones.
  func storedRows(_ rows: [TableRow], _ writes: TableWrites, deadline: Deadline) throws -> [String] {
    guard !rows.isEmpty else { return [] }
    return try database.connection.pipeline([writes.stored(rows)], deadline: deadline)[0].map { try $0["row"] }
  }
}

extension RowSet {
  /// The keys of all records, rejected ones included.
  func keys(of writes: TableWrites) -> [[ColumnValue]] {
    writes.keys(of: rows) + rejectedKeys
  }
}
