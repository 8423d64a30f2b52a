extension Migration {
  /// Keeps what became of each item of a run: unread pages, items that were stopped or never begun, and when each was
  /// cached. The generated columns have the names that readers of an earlier system's `etl_runs` use.
  public static let itemStates = Migration(
    version: 5, name: "item states", script: [pages, unfinishedItems, cachedItems].joined(separator: "\n"))

  private static let pages = """
    alter table loads
      add column pages_read integer check (pages_read >= 0),
      add column pages_failed integer check (pages_failed >= 0),
      add check (num_nulls(pages_read, pages_failed) in (0, 2));
    comment on column loads.pages_read is 'the pages that the document was made of; null if unknown';
    comment on column loads.pages_failed is
      'the pages that could not be read, so that the document lacks their details; null if unknown';
    create or replace view etl_run_counts as
      select dataset, run, count(*)::integer as dates_loaded, sum(records_found)::integer as records_found,
        sum(records_new)::integer as records_new, sum(records_changed)::integer as records_changed,
        sum(records_unchanged)::integer as records_unchanged, sum(records_rejected)::integer as records_rejected,
        sum(records_cancelled)::integer as records_cancelled, sum(pages_failed)::integer as pages_failed
      from (
        select distinct on (dataset, run, item) * from loads where run is not null
        order by dataset, run, item, id desc
      ) l
      group by dataset, run;
    """

  private static let unfinishedItems = """
    alter table etl_runs
      add column items_aborted text[] check (items_aborted <@ items),
      add column items_not_tried text[] check (items_not_tried <@ items),
      add column reconciled_at timestamptz,
      add column run_id text not null generated always as (run) stored,
      add column source_name text not null generated always as (dataset) stored,
      add column records_loaded integer
        generated always as (records_new + records_changed + records_unchanged) stored,
      add check (num_nulls(items_aborted, items_not_tried) in (0, 2) and not items_aborted && items_not_tried),
      add check (status <> 'running' or num_nulls(items_aborted, reconciled_at) = 2);
    comment on column etl_runs.items_aborted is
      'the items that had begun when the run was stopped; null if the run tried all, or if it is not known yet';
    comment on column etl_runs.items_not_tried is
      'the items that never began, because the run ended before; null as items_aborted';
    comment on column etl_runs.reconciled_at is
      'when festvibes status closed the row from the execution in Step Functions; null if the run or its event did';
    comment on column etl_runs.run_id is 'the same as run, under the name that other readers use';
    comment on column etl_runs.source_name is 'the same as dataset, under the name that other readers use';
    comment on column etl_runs.records_loaded is
      'the records that the destination has after the run: new, changed and unchanged; null while it runs';
    """

  private static let cachedItems = """
    create table cached_items (
      dataset text not null,
      item text not null,
      event_date date,
      cached_at timestamptz not null,
      expires_at timestamptz,
      records integer not null check (records >= 0),
      primary key (dataset, item),
      check (expires_at > cached_at)
    );
    comment on table cached_items is 'the last time that each work item was written to the cache';
    comment on column cached_items.dataset is 'the id of the dataset';
    comment on column cached_items.item is 'the id of the work item';
    comment on column cached_items.event_date is 'the item''s date; null for an item without one';
    comment on column cached_items.cached_at is 'the end of the call that wrote it';
    comment on column cached_items.expires_at is 'when the cache drops it, as planned; null if it stays';
    comment on column cached_items.records is 'the number of records in the cached value';
    """
}
