import Contracts
import FoundationEssentials
import Postgres
import Time

extension ConcertsDatabase {
  /// Writes an entry of a run into the ledger.
  /// - Returns: where the run stands after it; nil when the ledger knows no such run (a failed date may come first).
  /// - Throws: as `load`.
  @discardableResult
  public func record(
    _ entry: LedgerEntry, ofRun run: String, dataset: String, until deadline: Deadline
  ) throws(PipelineError) -> RunRecord? {
    try migrate(until: deadline)
    let statements =
      switch entry {
      case .opened(let opening): [Self.open(run, dataset, opening)]
      case .failed(let failure): [Self.fail(run, dataset, failure)]
      case .closed(let closing): Self.close(run, dataset, closing)
      }
    return try retrying(until: deadline) {
      let results = try connection.pipeline(statements + [Self.runs(dataset, named: run)], until: deadline)
      return try results.last?.first.map(Self.run)
    }
  }

  /// A run that was closed before its opening came stays closed.
  private static func open(_ run: String, _ dataset: String, _ opening: RunOpening) -> PostgresStatement {
    PostgresStatement(
      """
      insert into etl_runs (dataset, run, trigger, status, started_at, dates) values ($1, $2, $3, 'running', $4, $5)
      on conflict (dataset, run) do nothing
      """, values(run, dataset, opening))
  }

  private static func values(_ run: String, _ dataset: String, _ opening: RunOpening) -> [PostgresValue] {
    [
      .text(dataset), .text(run), .text(opening.trigger.rawValue), .time(opening.startedAt), .dates(opening.dates),
    ]
  }

  /// A date fails a second time when its run is redriven; what comes late does not undo that.
  private static func fail(_ run: String, _ dataset: String, _ failure: ItemFailure) -> PostgresStatement {
    PostgresStatement(
      """
      insert into etl_failures as f (dataset, run, event_date, stage, error, cause, failed_at)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (dataset, run, event_date) do update
      set stage = excluded.stage, error = excluded.error, cause = excluded.cause, failed_at = excluded.failed_at
      where excluded.failed_at > f.failed_at or f.stage is null
      """,
      [
        .text(dataset), .text(run), .date(failure.date), .text(failure.stage?.rawValue), .text(failure.error),
        .text(failure.cause), .time(failure.failedAt),
      ])
  }

  /// What a run's loads add up to is counted here and not told, so that it is what was committed. Of two closings, of a
  /// run and of its redrive, the later is the one that holds.
  private static func close(_ run: String, _ dataset: String, _ closing: RunClosing) -> [PostgresStatement] {
    var statements: [PostgresStatement] = []
    var (error, cause): (String?, String?) = (nil, nil)
    switch closing.outcome {
    case .failed(let name, let why): (error, cause) = (name, why)
    case .finished(let failedDates, let undone):
      cause = undone
      // A date whose failure could not be recorded when it failed; and one that failed and was redriven with success.
      let holds = """
        not exists (select from etl_runs r where r.dataset = $1 and r.run = $2 and r.ended_at > $4)
        """
      statements = [
        PostgresStatement(
          """
          insert into etl_failures (dataset, run, event_date, error, failed_at)
          select $1, $2, x, 'Unrecorded', $4 from unnest($3::date[]) x where \(holds)
          on conflict (dataset, run, event_date) do nothing
          """, [.text(dataset), .text(run), .dates(failedDates), .time(closing.endedAt)]),
        PostgresStatement(
          """
          delete from etl_failures
          where dataset = $1 and run = $2 and event_date <> all ($3) and failed_at <= $4 and \(holds)
          """, [.text(dataset), .text(run), .dates(failedDates), .time(closing.endedAt)]),
      ]
    }
    statements.append(
      PostgresStatement(
        """
        insert into etl_runs as r (dataset, run, trigger, started_at, dates, ended_at, error, cause, status,
          dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected,
          records_cancelled)
        select x.*, case
            when x.error is not null then 'failed'
            when x.cause is not null or c.records_rejected > 0
              or exists (select from etl_failures f where f.dataset = x.dataset and f.run = x.run)
              or exists (
                select from unnest(x.dates) d where not exists (
                  select from loads l where l.dataset = x.dataset and l.run = x.run and l.event_date = d))
              then 'partial'
            else 'success' end,
          coalesce(dates_loaded, 0), coalesce(records_found, 0), coalesce(records_new, 0),
          coalesce(records_changed, 0), coalesce(records_unchanged, 0), coalesce(records_rejected, 0),
          coalesce(records_cancelled, 0)
        from (
          values ($1::text, $2::text, $3::text, $4::timestamptz, $5::date[], $6::timestamptz, $7::text, $8::text)
        ) x (dataset, run, trigger, started_at, dates, ended_at, error, cause)
        left join etl_run_counts c on c.dataset = x.dataset and c.run = x.run
        on conflict (dataset, run) do update
        set status = excluded.status, dates = excluded.dates, ended_at = excluded.ended_at, error = excluded.error,
          cause = excluded.cause, dates_loaded = excluded.dates_loaded, records_found = excluded.records_found,
          records_new = excluded.records_new, records_changed = excluded.records_changed,
          records_unchanged = excluded.records_unchanged, records_rejected = excluded.records_rejected,
          records_cancelled = excluded.records_cancelled
        where r.ended_at is null or excluded.ended_at >= r.ended_at
        """,
        values(run, dataset, closing.opening) + [.time(closing.endedAt), .text(error), .text(cause)]))
    return statements
  }
}
