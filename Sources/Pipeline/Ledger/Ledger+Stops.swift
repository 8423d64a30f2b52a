import Contracts
import Postgres

/// The statement that closes a run that was stopped from outside.
extension Ledger {
  /// True of a row that the event of a stop, or a reader of Step Functions, has closed, and not the run itself.
  static let isStopped =
    "(coalesce(r.error in (\(RunStop.Reason.allCases.map { "'\($0.error)'" }.joined(separator: ", "))), false) "
    + "or r.reconciled_at is not null)"

  /// Closes a run for which its execution could not. The event does not have the items: those of the opening are kept, and
  /// so are its trigger, its start and the failures so far. A run whose opening was never written gets a row without
  /// items. A redriven run may be stopped again, later; a run that has closed itself stays as it is, however late the event
  /// comes.
  ///
  /// A stopped run holds nothing else: its page leases are its own and expire by themselves within a minute. Whatever a
  /// run comes to hold in the database is to be released here.
  static func stop(_ run: String, _ dataset: String, _ stop: RunStop) -> PostgresStatement {
    PostgresStatement(
      """
      insert into etl_runs as r (dataset, run, trigger, started_at, items, dates, ended_at, error, cause, status,
        dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected,
        records_cancelled, enrichment)
      select x.dataset, x.run, x.trigger, x.started_at, '{}', '{}', x.ended_at, x.error, x.cause, 'failed',
        coalesce(dates_loaded, 0), coalesce(records_found, 0), coalesce(records_new, 0), coalesce(records_changed, 0),
        coalesce(records_unchanged, 0), coalesce(records_rejected, 0), coalesce(records_cancelled, 0),
        x.enrichment
      from (
        values ($1::text, $2::text, $3::text, $4::timestamptz, $5::timestamptz, $6::text, $7::text,
          $8::text::jsonb)
      ) x (dataset, run, trigger, started_at, ended_at, error, cause, enrichment)
      left join etl_run_counts c on c.dataset = x.dataset and c.run = x.run
      on conflict (dataset, run) do update
      set status = excluded.status, ended_at = greatest(excluded.ended_at, r.started_at), error = excluded.error,
        cause = excluded.cause, dates_loaded = excluded.dates_loaded, records_found = excluded.records_found,
        records_new = excluded.records_new, records_changed = excluded.records_changed,
        records_unchanged = excluded.records_unchanged, records_rejected = excluded.records_rejected,
        records_cancelled = excluded.records_cancelled, enrichment = coalesce(excluded.enrichment, r.enrichment),
        -- The same stop, delivered late, takes nothing away.
        items_aborted = case when excluded.ended_at > r.ended_at + interval '1 second' then null else r.items_aborted end,
        items_not_tried =
          case when excluded.ended_at > r.ended_at + interval '1 second' then null else r.items_not_tried end
      where r.ended_at is null or \(isStopped) and excluded.ended_at >= r.ended_at
      """,
      [
        .text(dataset), .text(run), .text(stop.trigger.rawValue), .time(stop.startedAt), .time(stop.endedAt),
        .text(stop.reason.error), .text(stop.cause), .text(stop.enrichment),
      ])
  }
}
