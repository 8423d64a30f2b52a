extension Migration {
  /// Keys the ledger by work item instead of by date. `dates` and `event_date` stay for readers of the former schema,
  /// filled for every item that has a date.
  public static let workItems = Migration(
    version: 4, name: "work items",
    script: [itemRuns, itemFailures, itemLoads, itemRejections].joined(separator: "\n"),
    changing: ["etl_failures", "etl_run_counts", "etl_runs", "loads", "rejected_records"])

  private static let itemRuns = """
    alter table etl_runs add column items text[];
    update etl_runs set items = array(select to_char(d, 'YYYY-MM-DD') from unnest(dates) with ordinality x (d, n) order by n);
    alter table etl_runs
      alter column items set not null,
      add check (cardinality(items) = cardinality(dates));
    comment on column etl_runs.items is 'the ids of the run''s work items; empty if the run failed before they were known';
    comment on column etl_runs.dates is 'the dates of the items, in the same order; null for an item without a date';
    comment on column etl_runs.status is
      'partial: an item failed, or a record was rejected; failed: the execution failed, so that not every item was tried';
    comment on column etl_runs.dates_loaded is 'the number of items that were loaded';
    """

  private static let itemFailures = """
    alter table etl_failures add column item text;
    update etl_failures set item = to_char(event_date, 'YYYY-MM-DD');
    -- New stages need no migration.
    alter table etl_failures
      drop constraint etl_failures_pkey,
      drop constraint etl_failures_stage_check,
      add primary key (dataset, run, item),
      alter column event_date drop not null;
    drop index etl_failures_date_index;
    create index etl_failures_item_index on etl_failures (dataset, item, failed_at desc);
    comment on table etl_failures is 'the work items that failed in a run: where, and why';
    comment on column etl_failures.item is 'the id of the work item';
    comment on column etl_failures.event_date is 'the item''s date; null for an item without one';
    comment on column etl_failures.stage is 'null if only the end of the run reported the failure';
    """

  private static let itemLoads = """
    drop view etl_run_counts;
    alter table loads add column item text;
    update loads set item = to_char(event_date, 'YYYY-MM-DD');
    -- A dataset counts its records under 'records'; 'events' is what a dataset of events counts them under.
    alter table loads
      alter column item set not null,
      alter column event_date drop not null,
      drop column records_found, drop column records_new, drop column records_changed, drop column records_unchanged,
      drop column records_rejected, drop column records_cancelled;
    alter table loads
      add column records_found integer not null
        generated always as (coalesce(counts #>> '{records,found}', counts #>> '{events,found}')::integer) stored,
      add column records_new integer not null
        generated always as (coalesce(counts #>> '{records,new}', counts #>> '{events,new}')::integer) stored,
      add column records_changed integer not null
        generated always as (coalesce(counts #>> '{records,changed}', counts #>> '{events,changed}')::integer) stored,
      add column records_unchanged integer not null generated always as (
        coalesce(counts #>> '{records,unchanged}', counts #>> '{events,unchanged}')::integer) stored,
      add column records_rejected integer not null
        generated always as (coalesce(counts #>> '{records,rejected}', counts #>> '{events,rejected}')::integer) stored,
      -- Early loads did not count cancelled records, and a kind of record that is never cancelled has no such count.
      add column records_cancelled integer not null generated always as (
        coalesce(counts #>> '{records,cancelled}', counts #>> '{events,cancelled}', '0')::integer) stored,
      add check (least(records_found, records_new, records_changed, records_unchanged, records_rejected,
        records_cancelled) >= 0),
      add check (records_found = records_new + records_changed + records_unchanged + records_rejected);
    drop index loads_run_index, loads_date_loaded_index;
    create index loads_run_index on loads (dataset, run, item, id desc);
    create index loads_item_loaded_index on loads (dataset, item, loaded_at desc) where not superseded;
    comment on column loads.item is 'the id of the work item';
    comment on column loads.event_date is 'the item''s date; null for an item without one';
    comment on column loads.superseded is 'a later document of the item had been loaded before: nothing was changed';

    create view etl_run_counts as
      select dataset, run, count(*)::integer as dates_loaded, sum(records_found)::integer as records_found,
        sum(records_new)::integer as records_new, sum(records_changed)::integer as records_changed,
        sum(records_unchanged)::integer as records_unchanged, sum(records_rejected)::integer as records_rejected,
        sum(records_cancelled)::integer as records_cancelled
      from (
        select distinct on (dataset, run, item) * from loads where run is not null
        order by dataset, run, item, id desc
      ) l
      group by dataset, run;
    comment on view etl_run_counts is 'the sum of a run''s loads: the last one of each item; dates_loaded counts items';
    """

  private static let itemRejections = """
    alter table rejected_records add column item text;
    update rejected_records set item = to_char(event_date, 'YYYY-MM-DD');
    alter table rejected_records
      alter column item set not null,
      alter column event_date drop not null;
    create index rejected_records_open_item_index on rejected_records (dataset, item) where resolved_at is null;
    comment on column rejected_records.item is 'the id of the work item';
    comment on column rejected_records.event_date is 'the item''s date; null for an item without one';
    comment on column rejected_records.href is 'the record''s key at the source, by which a later document is seen to have it';
    comment on column rejected_records.resolved_by is 'the load (loads.id) of the later document that resolved it';
    comment on column rejected_records.resolution is
      'loaded, rejected again or not listed by the later document; replaced if the record has no key to compare';
    """
}
