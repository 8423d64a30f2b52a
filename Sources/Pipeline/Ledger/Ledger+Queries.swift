import Postgres

/// The SQL that reads the ledger.
extension Ledger {
  /// Returns runs. The loads are counted again if the run has not closed itself: items whose load was in progress when it was
  /// stopped commit after the event of the stop.
  /// - Parameters:
  ///   - name: the name of the only run to return.
  ///   - count: the maximum number of runs.
  static func runs(_ dataset: String, named name: String? = nil, last count: Int = 1) -> PostgresStatement {
    PostgresStatement(
      """
      select r.run, r.trigger, r.status, r.started_at, r.ended_at, r.items, r.dates, r.error, r.cause,
        r.items_aborted, r.items_not_tried, r.job_type, r.object_bucket, r.object_key, r.host,
        r.enrichment::text as enrichment,
        (select max(s.started_at) from etl_runs s
          where s.dataset = r.dataset and s.status = 'success' and s.started_at < r.started_at) as last_success,
        (select p.pages_failed from etl_run_counts p where p.dataset = r.dataset and p.run = r.run) as pages_failed,
        (select count(*) from etl_failures f where f.dataset = r.dataset and f.run = r.run) as dates_failed,
        coalesce(c.dates_loaded, r.dates_loaded, 0) as dates_loaded,
        coalesce(c.records_found, r.records_found, 0) as records_found,
        coalesce(c.records_new, r.records_new, 0) as records_new,
        coalesce(c.records_changed, r.records_changed, 0) as records_changed,
        coalesce(c.records_unchanged, r.records_unchanged, 0) as records_unchanged,
        coalesce(c.records_rejected, r.records_rejected, 0) as records_rejected,
        coalesce(c.records_cancelled, r.records_cancelled, 0) as records_cancelled
      from (
        select * from etl_runs where dataset = $1 and ($2::text is null or run = $2)
        order by started_at desc, run desc limit $3
      ) r
      left join lateral (
        select * from etl_run_counts c where c.dataset = r.dataset and c.run = r.run
          and (r.ended_at is null or \(isStopped))
      ) c on true
      order by r.started_at desc, r.run desc
      """, [.text(dataset), .text(name), .int(count)])
  }

  static let itemsQuery = """
    select x.item, x.event_date, l.raw_key, l.loaded_at, l.superseded, l.records_found, l.records_new,
      l.records_changed, l.records_unchanged, l.records_rejected, l.records_cancelled, l.pages_read, l.pages_failed,
      f.stage, f.error, f.cause, f.failed_at
    from (
      select item, max(event_date) as event_date
      from (
        select i.item, i.event_date from etl_runs, unnest(items, dates) i (item, event_date)
        where dataset = $1 and run = $2
        union all select item, event_date from loads where dataset = $1 and run = $2
        union all select item, event_date from etl_failures where dataset = $1 and run = $2
      ) a
      group by item
    ) x
    left join lateral (
      select * from loads where dataset = $1 and run = $2 and item = x.item order by id desc limit 1
    ) l on true
    left join etl_failures f on f.dataset = $1 and f.run = $2 and f.item = x.item
    order by x.item collate "C"
    """

  static let freshnessQuery = """
    with covered as (
      select distinct i.item from etl_runs r, unnest(r.items) i (item)
      where r.dataset = $1 and r.ended_at is not null and i.item = any ($2)
    )
    select x.item, x.event_date, l.loaded_at, l.listed_at, l.run, l.pages_read, l.pages_failed, f.run as failed_run,
      f.stage, f.error, f.cause, f.failed_at, c.cached_at, c.expires_at,
      exists (select from covered v where v.item = x.item) as is_covered,
      l.records_found = 0 and not exists (
        select from loads e where e.dataset = $1 and e.item = x.item and e.records_found > 0) as is_empty,
      (select count(*) from rejected_records r
        where r.dataset = $1 and r.item = x.item and r.resolved_at is null) as open_rejections
    from unnest($2::text[], $3::date[]) with ordinality x (item, event_date, place)
    left join lateral (
      select loaded_at, listed_at, run, pages_read, pages_failed, records_found from loads
      where dataset = $1 and item = x.item and not superseded
      order by loaded_at desc, id desc limit 1
    ) l on true
    left join lateral (
      -- A replay that fails says nothing of what was loaded from the source.
      select * from etl_failures e where dataset = $1 and item = x.item and not exists (
        select from etl_runs r where r.dataset = $1 and r.run = e.run and r.trigger = 'replay')
      order by failed_at desc, run desc limit 1
    ) f on f.failed_at > coalesce(l.loaded_at, '-infinity')
    left join cached_items c on c.dataset = $1 and c.item = x.item
    order by x.place
    """

  static let rejectionsQuery = """
    select r.item, r.event_date, r.raw_key, l.run, r.position, r.reason, r.href, r.record, r.rejected_at, r.resolved_at,
      r.resolution, b.raw_key as resolved_by_key, b.run as resolved_by_run
    from rejected_records r left join loads l on l.id = r.load_id left join loads b on b.id = r.resolved_by
    where r.dataset = $1 and ($2::text is null or r.item = $2)
      and case when $3::text is null then r.resolved_at is null else l.run = $3 end
    order by r.item collate "C", r.raw_key, r.position
    """
}
