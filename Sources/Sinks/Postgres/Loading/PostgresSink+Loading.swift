import Contracts
import FoundationEssentials
import Ledger
import Postgres
import Time

extension PostgresSink {
  /// Writes the document's changes in the current transaction.
  func apply(
    _ document: TableDocument, _ bytes: Data, _ target: LoadTarget, isDryRun: Bool = false, deadline: Deadline
  ) throws -> DryRun {
    let (state, table) = try begin(document, target, deadline: deadline)
    let evolution = Evolution(document, of: self.table, over: table, isSuperseded: state.isSuperseded)
    let plan = try SchemaPlan(self.table, over: table, evolving: evolution.columns)
    let columns = self.table.columns + plan.evolved.map { Column($0.name, $0.type) }
    let rows = try RowSet(document, RecordReader(self.table, columns, target, listedAt: document.listedAt))
    var counts = RecordCounts(found: rows.found, rejected: rows.rejections.count)
    if self.table.softDelete { counts.cancelled = 0 }
    var differences: [DryRun.Difference] = []
    if state.isSuperseded {
      counts.unchanged = rows.found - rows.rejections.count
    } else {
      try apply(plan, deadline: deadline)
      let writes = TableWrites(
        table: self.table, columns: columns, target: target, seenAt: document.listedAt ?? time.now)
      let changes = try changes(rows, writes, deadline: deadline)
      try checkMissing(rows, writes, deadline: deadline)
      let before = isDryRun ? try storedRows(changes.changed, writes, deadline: deadline) : []
      counts.cancelled = try write(changes, rows, writes, &differences, deadline: deadline) ?? counts.cancelled
      if isDryRun {
        let after = try storedRows(changes.changed, writes, deadline: deadline)
        differences =
          Differences.added(changes.inserts) + Differences.changed(changes.changed, before, after) + differences
      }
      counts.new = changes.inserts.count
      counts.changed = changes.changed.count
      counts.unchanged = counts.found - counts.new - counts.changed - counts.rejected
    }
    try counts.check(dataset.dataType)
    var report = LoadReport(
      records: counts, rejections: rows.rejections, isSuperseded: state.isSuperseded, listedAt: document.listedAt,
      isInLedger: target.writesLedger)
    if !state.isSuperseded {
      report.resolutions = rows.resolutions(of: try database.openRejections(target, deadline: deadline))
    }
    guard target.writesLedger else { return DryRun(report: report, differences: differences) }
    try database.recordLoadInTransaction(report, of: bytes, for: target, deadline: deadline)
    // The report has what the ledger keeps: the counts of this run's earlier load, if this is a retry of it.
    if let known = state.counts, counts.new + counts.changed + (counts.cancelled ?? 0) == 0,
      counts.rejected == known.rejected
    {
      report.records = known
    }
    return DryRun(report: report, differences: differences)
  }

  /// Takes the table's lock, and looks at ledger and table.
  private func begin(
    _ document: TableDocument, _ target: LoadTarget, deadline: Deadline
  ) throws -> (LoadState, TableState) {
    let lock = PostgresStatement(
      """
      select set_config('idle_in_transaction_session_timeout', '15s', true), pg_advisory_xact_lock($1)
      """, [.int(table.lockNumber)])
    let first = [lock, LoadState.statement(target, document), TableState.relation(table)]
    if hasDeclarations {
      let results = try database.connection.pipeline(first + [TableState.declaration(table)], deadline: deadline)
      return (try LoadState(results[1]), try TableState(results[2], results[3]))
    }
    let results = try database.connection.pipeline(first + [DeclarationTable.exists], deadline: deadline)
    if try results[3].first?["exists"] != true { try createDeclarations(deadline: deadline) }
    let declaration = try database.connection.pipeline([TableState.declaration(table)], deadline: deadline)
    return (try LoadState(results[1]), try TableState(results[2], declaration[0]))
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
    /// The rows that a reader sees changed.
    var changed: [TableRow] { updates + revived }
  }

  private func changes(_ rows: RowSet, _ writes: TableWrites, deadline: Deadline) throws -> Changes {
    var changes = Changes()
    guard !rows.rows.isEmpty else { return changes }
    let differing = try database.connection.pipeline([writes.comparison(rows.rows)], deadline: deadline)[0]
    guard !differing.isEmpty else { return changes }
    let (n, isNew, isSame, isLater) = (
      try differing.columnIndex(of: "n"), try differing.columnIndex(of: "is_new"),
      try differing.columnIndex(of: "is_same"), try differing.columnIndex(of: "is_later")
    )
    for stored in differing {
      let row = rows.rows[try stored[n]]
      if try stored[isNew] {
        changes.inserts.append(row)
        continue
      }
      let isRevived: Bool = table.softDelete ? try stored["is_deleted"] : false
      if try !stored[isSame] && !stored[isLater] {
        changes.updates.append(row)
      } else if table.softDelete {
        changes.holds.append(row)
        if isRevived { changes.revived.append(row) }
      }
    }
    return changes
  }

  /// Refuses a document that has lost most of the item's rows.
  private func checkMissing(_ rows: RowSet, _ writes: TableWrites, deadline: Deadline) throws {
    guard table.softDelete, rows.isWhole, !writes.target.allowsShrinkage else { return }
    let result = try database.connection.pipeline([writes.missing(rows.keys(of: writes))], deadline: deadline)[0]
    guard let row = result.first else { return }
    try ShrinkageGuard(
      minimumRatio: table.minimumRatio, listed: rows.keys(of: writes).count, stored: try row["stored"],
      shared: try row["shared"], deleted: try row["deleted"]
    ).check(writes.target, table.label)
  }

  /// - Returns: the number of deleted rows; nil if the document says nothing about missing rows.
  private func write(
    _ changes: Changes, _ rows: RowSet, _ writes: TableWrites, _ differences: inout [DryRun.Difference],
    deadline: Deadline
  ) throws -> Int? {
    var statements: [(statement: PostgresStatement, rows: Int)] = []
    if !changes.inserts.isEmpty { statements.append((writes.insert(changes.inserts), changes.inserts.count)) }
    if !changes.updates.isEmpty { statements.append((writes.update(changes.updates), changes.updates.count)) }
    if !changes.holds.isEmpty { statements.append((writes.hold(changes.holds), changes.holds.count)) }
    let release = table.softDelete && rows.isWhole ? [writes.release(rows.keys(of: writes))] : []
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
    let deleted = try released.filter { try $0["is_deleted"] }
    differences += try deleted.map { .init(.removed, label: try $0["label"]) }
    return deleted.count
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
  private func storedRows(_ rows: [TableRow], _ writes: TableWrites, deadline: Deadline) throws -> [String] {
    guard !rows.isEmpty else { return [] }
    return try database.connection.pipeline([writes.stored(rows)], deadline: deadline)[0].map { try $0["row"] }
  }
}

extension RowSet {
  /// The keys of all records, rejected ones included.
  func keys(of writes: TableWrites) -> [[ColumnValue]] {
    let indices = writes.table.key.compactMap { name in writes.columns.firstIndex { $0.name == name } }
    return rows.map { row in indices.map { row.values[$0] } } + rejectedKeys
  }
}
