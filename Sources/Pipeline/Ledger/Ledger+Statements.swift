import Contracts
import FoundationEssentials
import Postgres

/// The statements that write events of a run.
extension Ledger {
  /// Opens a run. A run that was closed before its opening arrived stays closed; the items of one that was stopped are
  /// known only now.
  static func open(_ run: String, _ dataset: String, _ opening: RunOpening) -> PostgresStatement {
    PostgresStatement(
      """
      insert into etl_runs as r (dataset, run, trigger, status, started_at, items, dates, job_type, object_bucket,
        object_key, host)
      values ($1, $2, $3, 'running', $4, $5, $6, $7, $8, $9, $10)
      on conflict (dataset, run) do update
      set trigger = excluded.trigger, items = excluded.items, dates = excluded.dates, \(origin)
      where cardinality(r.items) = 0 and \(Self.isStopped)
      """, values(run, dataset, opening))
  }

  /// An event that does not say how the run was started takes nothing away.
  private static let origin = ["job_type", "object_bucket", "object_key", "host"].map {
    "\($0) = coalesce(excluded.\($0), r.\($0))"
  }.joined(separator: ", ")

  private static func values(_ run: String, _ dataset: String, _ opening: RunOpening) -> [PostgresValue] {
    [
      .text(dataset), .text(run), .text(opening.trigger.rawValue), .time(opening.startedAt),
      .texts(opening.items.map(\.id)), .dates(opening.items.map(\.date)),
      .text(opening.origin.jobType), .text(opening.origin.bucket), .text(opening.origin.key),
      .text(opening.origin.host),
    ]
  }

  /// Records a failed item. An item fails twice if its run is redriven; an earlier failure that arrives late does not
  /// replace the later one.
  static func fail(_ run: String, _ dataset: String, _ failure: ItemFailure) -> PostgresStatement {
    PostgresStatement(
      """
      insert into etl_failures as f (dataset, run, item, event_date, stage, error, cause, failed_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (dataset, run, item) do update
      set stage = excluded.stage, error = excluded.error, cause = excluded.cause, failed_at = excluded.failed_at
      where excluded.failed_at > f.failed_at or f.stage is null
      """, failureValues(run, dataset, failure))
  }

  static func failureValues(_ run: String, _ dataset: String, _ failure: ItemFailure) -> [PostgresValue] {
    [
      .text(dataset), .text(run), .text(failure.item.id), .date(failure.item.date), .text(failure.stage?.rawValue),
      .text(failure.error), .text(failure.cause), .time(failure.failedAt),
    ]
  }

  /// Closes a run. The loads are counted here, so that the counts are of what was committed. Of two closings, of a run
  /// and of its redrive, the later one holds; and a run's own closing always holds over the event that it was stopped,
  /// because a run closes itself when its work is done.
  static func close(_ run: String, _ dataset: String, _ closing: RunClosing) -> [PostgresStatement] {
    var statements: [PostgresStatement] = []
    var (error, cause): (String?, String?) = (nil, nil)
    switch closing.outcome {
    case .failed(let name, let why): (error, cause) = (name, why)
    case .finished(let failedItems, let undone):
      cause = undone
      statements = reconcile(run, dataset, closing, failedItems)
    }
    statements.append(
      PostgresStatement(
        """
        insert into etl_runs as r (dataset, run, trigger, started_at, items, dates, job_type, object_bucket, object_key,
          host, ended_at, error, cause, enrichment, status, dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected,
          records_cancelled)
        select x.dataset, x.run, x.trigger, x.started_at, x.items, x.dates, x.job_type, x.object_bucket, x.object_key,
          x.host, x.ended_at, x.error,
          case when x.error is null then coalesce(x.cause, n.notice, u.notice) else x.cause end, x.enrichment,
          case
            when x.error is not null then 'failed'
            when x.cause is not null or n.notice is not null or u.notice is not null or c.records_rejected > 0
              or exists (select from etl_failures f where f.dataset = x.dataset and f.run = x.run)
              or exists (
                select from unnest(x.items) i (item) where not exists (
                  select from loads l where l.dataset = x.dataset and l.run = x.run and l.item = i.item))
              then 'partial'
            else 'success' end,
          coalesce(dates_loaded, 0), coalesce(records_found, 0), coalesce(records_new, 0),
          coalesce(records_changed, 0), coalesce(records_unchanged, 0), coalesce(records_rejected, 0),
          coalesce(records_cancelled, 0)
        from (
          values ($1::text, $2::text, $3::text, $4::timestamptz, $5::text[], $6::date[], $7::text, $8::text, $9::text,
            $10::text, $11::timestamptz, $12::text, $13::text, $14::text::jsonb)
        ) x (dataset, run, trigger, started_at, items, dates, job_type, object_bucket, object_key, host, ended_at, error,
          cause, enrichment)
        left join etl_run_counts c on c.dataset = x.dataset and c.run = x.run
        cross join lateral (
          select (array_agg(l.counts ->> 'notice' order by l.item))[1]
            || case when count(*) > 1 then ' (and notices of ' || count(*) - 1 || ' other items)' else '' end as notice
          from loads l where l.dataset = x.dataset and l.counts ->> 'notice' is not null
            and (l.run = x.run or \(Self.isOfEarlierRun))
        ) n
        cross join lateral (
          select 'documents of earlier runs that were set aside: ' || nullif(count(*), 0)
            || '; festvibes state ' || x.dataset || ' says why' as notice
          from unloaded_documents d
          where d.dataset = x.dataset and d.state = 'set aside' and d.attempted_at >= x.started_at
        ) u
        on conflict (dataset, run) do update
        set status = excluded.status, items = excluded.items, dates = excluded.dates, ended_at = excluded.ended_at,
          error = excluded.error, cause = excluded.cause, dates_loaded = excluded.dates_loaded,
          records_found = excluded.records_found, records_new = excluded.records_new,
          records_changed = excluded.records_changed, records_unchanged = excluded.records_unchanged,
          records_rejected = excluded.records_rejected, records_cancelled = excluded.records_cancelled,
          items_aborted = null, items_not_tried = null, reconciled_at = null, \(origin),
          enrichment = coalesce(excluded.enrichment, r.enrichment)
        where r.ended_at is null or excluded.ended_at >= r.ended_at or \(Self.isStopped)
        """,
        values(run, dataset, closing.opening)
          + [.time(closing.endedAt), .text(error), .text(cause), .text(closing.enrichment)]))
    return statements
  }

  /// Makes the recorded failures of a run those that its end reports: adds an item whose failure could not be recorded
  /// when it failed, and removes one that failed and succeeded when it was redriven.
  private static func reconcile(
    _ run: String, _ dataset: String, _ closing: RunClosing, _ failedItems: [String]
  ) -> [PostgresStatement] {
    let holds = """
      not exists (
        select from etl_runs r where r.dataset = $1 and r.run = $2 and r.ended_at > $4 and not \(isStopped))
      """
    let failed = Set(failedItems)
    let items = closing.opening.items.filter { failed.contains($0.id) }
    let values: [PostgresValue] = [
      .text(dataset), .text(run), .texts(items.map(\.id)), .time(closing.endedAt),
    ]
    return [
      PostgresStatement(
        """
        insert into etl_failures (dataset, run, item, event_date, error, failed_at)
        select $1, $2, x.item, x.date, '\(ItemFailure.unrecorded)', $4 from unnest($3::text[], $5::date[]) x (item, date)
        where \(holds)
        on conflict (dataset, run, item) do nothing
        """, values + [.dates(items.map(\.date))]),
      PostgresStatement(
        """
        delete from etl_failures
        where dataset = $1 and run = $2 and item <> all ($3) and failed_at <= $4 and \(holds)
        """, values),
    ]
  }
}
