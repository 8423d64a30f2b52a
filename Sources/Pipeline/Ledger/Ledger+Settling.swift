import Contracts
import FoundationEssentials
import Postgres
import Time

extension Ledger {
  /// The difference that two clocks, or the rounding of a time, may make.
  private static let tolerance = 1.0

  /// Writes what Step Functions knows of a run that has ended, and the ledger does not: its end if the row is open or
  /// missing, the failures that could not be recorded, and the items that were aborted or not tried. What the run wrote
  /// itself stays, and so does everything of a run that was redriven since. Writing it twice has the same result.
  /// - Returns: false if the ledger has a later end of the run, so that nothing was written.
  /// - Throws: `SchemaMismatch` if the database has another version, `ConfigurationInvalid` if the role may not write, or
  ///   another error of the database.
  @discardableResult
  public func settle(
    _ settlement: RunSettlement, ofRun run: String, in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> Bool {
    try database.retrying(deadline: deadline) {
      try database.connection.transaction(deadline: deadline) {
        // Locked, so that the run's own closing comes either before or after.
        let row = try database.connection.pipeline(
          [
            PostgresStatement(
              "select ended_at from etl_runs where dataset = $1 and run = $2 for update",
              [.text(dataset.id), .text(run)])
          ], deadline: deadline
        ).last?.first
        let ownEnd: Date? = try row.flatMap { try $0["ended_at"] }
        if let ownEnd, ownEnd > settlement.endedAt + Self.tolerance { return false }
        var statements = settlement.failures.map { Self.complete(run, dataset.id, $0) }
        // The event of a stop does not have the items.
        statements +=
          ownEnd == nil ? Self.end(run, dataset.id, settlement) : [Self.open(run, dataset.id, settlement.opening)]
        statements.append(Self.markUnfinished(run, dataset.id, settlement, isReconciled: ownEnd == nil))
        try database.connection.pipeline(statements, deadline: deadline)
        return true
      }
    }
  }

  /// Writes the lost event of the run's end, after an opening that may be lost, too.
  private static func end(_ run: String, _ dataset: String, _ settlement: RunSettlement) -> [PostgresStatement] {
    let open = open(run, dataset, settlement.opening)
    return switch settlement.event {
    case .closed(let closing): [open] + close(run, dataset, closing)
    case .stopped(let stop): [open, self.stop(run, dataset, stop)]
    case .opened, .failed: [open]
    }
  }

  /// Records a failure, unless the run has recorded where the item failed.
  private static func complete(_ run: String, _ dataset: String, _ failure: ItemFailure) -> PostgresStatement {
    PostgresStatement(
      """
      insert into etl_failures as f (dataset, run, item, event_date, stage, error, cause, failed_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (dataset, run, item) do update
      set stage = excluded.stage, error = excluded.error, cause = excluded.cause, failed_at = excluded.failed_at
      where f.stage is null
      """, failureValues(run, dataset, failure))
  }

  private static func markUnfinished(
    _ run: String, _ dataset: String, _ settlement: RunSettlement, isReconciled: Bool
  ) -> PostgresStatement {
    PostgresStatement(
      """
      update etl_runs
      set items_aborted = array(select i from unnest($3::text[]) i where i = any (items)),
        items_not_tried = array(select i from unnest($4::text[]) i where i = any (items)),
        reconciled_at = case when $5 then now() else reconciled_at end
      where dataset = $1 and run = $2 and status <> 'running'
      """,
      [
        .text(dataset), .text(run), .texts(settlement.aborted), .texts(settlement.notTried), .bool(isReconciled),
      ])
  }
}
