import Contracts
import Postgres
import Time

extension ConcertsDatabase {
  /// Loads a document, in one transaction: reads what is stored of what it tells, and writes the difference. Loaded
  /// again it writes nothing; nor, but for its row in `loads` and what it rejects, when a later listing of its date was
  /// loaded.
  /// - Throws: `DatabaseUnavailable`, `DatabaseConflict` (other writers were in the way each time), `SchemaMismatch`,
  ///   `ConfigurationInvalid`, `DeadlineExceeded`, `InvalidInput`, `SourceChanged` (it would cancel most of the day).
  @discardableResult
  public func load(_ document: LoadDocument, until deadline: Deadline) throws(PipelineError) -> LoadReport {
    let parsed = try parsed(of: document)
    try migrate(until: deadline)
    return try retrying(until: deadline) {
      try connection.transaction(until: deadline) { try place(document, parsed, until: deadline) }
    }
  }

  /// - Throws: `InvalidInput`.
  func parsed(of document: LoadDocument) throws(PipelineError) -> ParsedDocument {
    guard !document.rawKey.utf8.contains(0), !document.dataset.utf8.contains(0) else {
      throw PipelineError(.invalidInput, "the document's key has a NUL character")
    }
    return ParsedDocument(document, zone: zone)
  }

  /// In a transaction.
  func place(_ document: LoadDocument, _ parsed: ParsedDocument, until deadline: Deadline) throws -> LoadReport {
    let stored = try ExistingRows(
      connection.pipeline(
        [Self.lock] + ExistingRows.statements(for: parsed, of: document), until: deadline
      ).dropFirst())
    let plan = ChangeSet(parsed, of: document.date, over: stored)
    try plan.counts.check()
    try CancellationGuard.check(
      document, floor: minimumListingRatio, listed: parsed.events.count, stored: stored.scheduled.count,
      cancelled: plan.counts.cancelled)
    try write(plan.writes(for: document, of: parsed, over: stored), until: deadline)
    // The answer is what the ledger keeps: of a document that the run has loaded before, what it came to then.
    let kept = plan.tellsMore(than: stored) ? nil : stored.countsInThisRun
    return LoadReport(
      counts: kept ?? plan.counts, rejections: parsed.rejections, isSuperseded: stored.isSuperseded)
  }

  /// - Throws: `DatabaseConflict` when a statement did not write the rows that it was to, because somebody who does not
  ///   keep to the lock has changed them since they were read.
  private func write(_ writes: [ChangeSet.Write], until deadline: Deadline) throws {
    guard !writes.isEmpty else { return }
    let results = try connection.pipeline(writes.map(\.statement), until: deadline)
    for (write, result) in zip(writes, results) {
      guard let rows = write.rows, rows != result.affectedRows else { continue }
      throw PipelineError(
        .databaseConflict, "the database: a statement wrote \(result.affectedRows) rows instead of \(rows)")
    }
  }
}

extension LoadCounts {
  func check() throws(PipelineError) {
    try events.check("events")
    try venues.check("venues")
    try artists.check("artists")
    try genres.check("genres")
  }
}
