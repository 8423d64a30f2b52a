import Pipeline
import Postgres
import Time

extension Warehouse {
  /// Loads a document, in one transaction: reads what is stored of what it tells, and writes the difference. Loaded
  /// again it writes nothing; nor, but for its row in `loads` and what it rejects, when a later listing of its date was
  /// loaded.
  /// - Throws: `DatabaseUnavailable`, `DatabaseConflict` (other writers were in the way each time), `SchemaMismatch`,
  ///   `ConfigurationInvalid`, `DeadlineExceeded`, `InvalidInput`, `SourceChanged` (it would cancel most of the day).
  @discardableResult
  public func load(_ document: LoadDocument, until deadline: Deadline) throws(PipelineError) -> LoadReport {
    let intake = try intake(of: document)
    try migrate(until: deadline)
    return try retrying(until: deadline) {
      try connection.transaction(until: deadline) { try place(document, intake, until: deadline) }
    }
  }

  /// - Throws: `InvalidInput`.
  func intake(of document: LoadDocument) throws(PipelineError) -> Intake {
    guard !document.rawKey.utf8.contains(0), !document.dataset.utf8.contains(0) else {
      throw PipelineError(.invalidInput, "the document's key has a NUL character")
    }
    return Intake(document, zone: zone)
  }

  /// In a transaction.
  func place(_ document: LoadDocument, _ intake: Intake, until deadline: Deadline) throws -> LoadReport {
    let stored = try StoredState(
      connection.pipeline(
        [Self.lock] + StoredState.statements(for: intake, of: document), until: deadline
      ).dropFirst())
    let plan = LoadPlan(intake, of: document.date, over: stored)
    try plan.counts.check()
    try Shrinkage.check(
      document, floor: shrinkFloor, listed: intake.events.count, stored: stored.scheduled.count,
      cancelled: plan.counts.cancelled)
    try write(plan.writes(for: document, of: intake, over: stored), until: deadline)
    // The answer is what the ledger keeps: of a document that the run has loaded before, what it came to then.
    let kept = plan.tellsMore(than: stored) ? nil : stored.countsInThisRun
    return LoadReport(
      counts: kept ?? plan.counts, rejections: intake.rejections, isSuperseded: stored.isSuperseded)
  }

  /// - Throws: `DatabaseConflict` when a statement did not write the rows that it was to, because somebody who does not
  ///   keep to the lock has changed them since they were read.
  private func write(_ writes: [LoadPlan.Write], until deadline: Deadline) throws {
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
