import Pipeline
import Postgres
import Time

extension Warehouse {
  /// Loads a document, in one transaction: reads what is stored of what it tells, and writes the difference. Loaded again
  /// it writes nothing.
  /// - Throws: `DatabaseUnavailable`, `DatabaseConflict` (other writers were in the way each time), `SchemaMismatch`,
  ///   `ConfigurationInvalid`, `DeadlineExceeded`, `InvalidInput`.
  @discardableResult
  public func load(_ document: LoadDocument, until deadline: Deadline) throws(PipelineError) -> LoadReport {
    guard !document.rawKey.utf8.contains(0), !document.dataset.utf8.contains(0) else {
      throw PipelineError(.invalidInput, "the document's key has a NUL character")
    }
    try migrate(until: deadline)
    let tt = SystemTime(); let t0 = tt.uptime
    let intake = Intake(document, zone: zone)
    let t1 = tt.uptime
    return try retrying(until: deadline) {
      try connection.transaction(until: deadline) {
        let t2 = tt.uptime
        let rr = try connection.pipeline(
          [Self.lock] + StoredState.statements(for: intake, of: document), until: deadline
        ).dropFirst()
        let t3 = tt.uptime
        let stored = try StoredState(rr)
        let t4 = tt.uptime
        let plan = LoadPlan(intake, over: stored)
        try plan.counts.check()
        let t5 = tt.uptime
        let ww = try plan.writes(for: document, over: stored, rejections: intake.rejections)
        let t6 = tt.uptime
        if document.entries.count > 1000 {
          for w in ww {
            let a = tt.uptime; _ = try connection.query(w.statement.sql, w.statement.values, until: deadline);
            let d = (tt.uptime - a).inMilliseconds; if d > 3 { print("   ", d, w.statement.sql.prefix(60)) }
          }
        } else {
          try write(ww, until: deadline)
        }
        let t7 = tt.uptime
        print(
          "intake", (t1 - t0).inMilliseconds, "read", (t3 - t2).inMilliseconds, "decode", (t4 - t3).inMilliseconds,
          "plan", (t5 - t4).inMilliseconds, "prep", (t6 - t5).inMilliseconds, "write", (t7 - t6).inMilliseconds)
        return LoadReport(counts: plan.counts, cancelled: plan.cancelledEvents.count, rejections: intake.rejections)
      }
    }
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
