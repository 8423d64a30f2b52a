import Contracts
import Ledger
import Postgres
import Time

extension ConcertsSink {
  @discardableResult
  func load(_ document: LoadDocument, deadline: Deadline) throws(PipelineError) -> LoadReport {
    let parsed = try parsed(document)
    try database.migrate(deadline: deadline)
    return try database.retrying(deadline: deadline) {
      try database.connection.transaction(deadline: deadline) { try apply(document, parsed, deadline: deadline) }
    }
  }

  /// - Throws: `InvalidInput`.
  func parsed(_ document: LoadDocument) throws(PipelineError) -> ParsedDocument {
    guard !document.target.key.utf8.contains(0), !document.source.utf8.contains(0) else {
      throw PipelineError(.invalidInput, "the document's key or source has a NUL character")
    }
    return ParsedDocument(document, zone: zone)
  }

  /// Writes the document's changes in the current transaction.
  func apply(_ document: LoadDocument, _ parsed: ParsedDocument, deadline: Deadline) throws -> LoadReport {
    let existing = try ExistingRows(
      Array(
        database.connection.pipeline(
          [Database.lock] + ExistingRows.statements(for: parsed, of: document), deadline: deadline
        ).dropFirst()))
    let lost = document.target.allowsShrinkage ? LostFields() : LostFields(parsed, over: existing)
    let changes = ChangeSet(parsed, of: document.date, over: existing, keeping: lost)
    try changes.counts.check()
    try CancellationGuard(
      minimumRatio: minimumListingRatio, listed: parsed.events.count, stored: existing.scheduled.count,
      shared: existing.scheduled.keys.count(where: parsed.lists), cancelled: changes.cancelledEvents.count,
      isSuperseded: existing.isSuperseded
    ).check(document)
    try write(changes.writes(for: document, of: parsed, over: existing), deadline: deadline)
    // The report has what the ledger keeps: the counts of this run's earlier load, if this is a retry of it.
    let recorded = changes.differsFromLastLoad(existing) ? nil : existing.countsInThisRun
    return LoadReport(
      recorded ?? changes.counts, parsed.rejections, isSuperseded: existing.isSuperseded, listedAt: document.listedAt)
  }

  /// - Throws: `DatabaseConflict` if a statement did not write the expected number of rows, because a writer without the
  ///   advisory lock has changed them since they were read.
  private func write(_ writes: [ChangeSet.Write], deadline: Deadline) throws {
    guard !writes.isEmpty else { return }
    let results = try database.connection.pipeline(writes.map(\.statement), deadline: deadline)
    for (write, result) in zip(writes, results) {
      guard let rows = write.rows, rows != result.affectedRows else { continue }
      throw PipelineError(
        .databaseConflict, "the database: a statement wrote \(result.affectedRows) rows instead of \(rows)")
    }
  }
}
