import Ledger

extension Migration {
  /// Creates the tables of runs and of failed dates, counts that the database itself checks, and rejected records that
  /// are resolved, not deleted, when a later document supersedes them.
  static let firstLedger = Migration(
    version: 2, name: "ledger", script: [runs, loads, rejections].joined(separator: "\n"),
    changing: ["loads", "rejected_records"])

  private static let runs = """
    -- No foreign key leads here: a document is loaded, and a failure recorded, whether or not its run could be.
    create table etl_runs (
      dataset text not null,
      run text not null,
      trigger text not null check (trigger in ('schedule', 'manual', 'replay')),
      status text not null check (status in ('running', 'success', 'partial', 'failed')),
      dates date[] not null,
      started_at timestamptz not null,
      ended_at timestamptz,
      dates_loaded integer,
      records_found integer,
      records_new integer,
      records_changed integer,
      records_unchanged integer,
      records_rejected integer,
      records_cancelled integer,
      error text,
      cause text,
      primary key (dataset, run),
      check (ended_at >= started_at),
      -- A run has an end and counts when it is over, and not before.
      check (num_nulls(ended_at, dates_loaded, records_found, records_new, records_changed, records_unchanged,
        records_rejected, records_cancelled) = case status when 'running' then 8 else 0 end),
      check ((status = 'failed') = (error is not null)),
      check (least(dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected,
        records_cancelled) >= 0),
      check (records_found = records_new + records_changed + records_unchanged + records_rejected)
    );
    create index etl_runs_dataset_started_index on etl_runs (dataset, started_at desc);
    comment on table etl_runs is 'one row for each execution of the state machine';
    comment on column etl_runs.run is 'the execution''s name; also in loads.run';
    comment on column etl_runs.dates is 'the dates that the run was for; none when it failed before they were known';
    comment on column etl_runs.status is
      'partial: a date failed, or a record was rejected; failed: the execution did, so that not every date was tried';

    create table etl_failures (
      dataset text not null,
      run text not null,
      event_date date not null,
      stage text check (stage in ('scrape', 'load', 'cache')),
      error text not null,
      cause text,
      failed_at timestamptz not null,
      primary key (dataset, run, event_date)
    );
    create index etl_failures_date_index on etl_failures (dataset, event_date, failed_at desc);
    comment on table etl_failures is 'the dates that failed in a run: where, and why';
    comment on column etl_failures.stage is 'null when only the run''s end told of the failure';
    """

  private static let loads = """
    alter table loads
      add column superseded boolean not null default false,
      add column records_found integer not null generated always as ((counts #>> '{events,found}')::integer) stored,
      add column records_new integer not null generated always as ((counts #>> '{events,new}')::integer) stored,
      add column records_changed integer not null generated always as ((counts #>> '{events,changed}')::integer) stored,
      add column records_unchanged integer not null
        generated always as ((counts #>> '{events,unchanged}')::integer) stored,
      add column records_rejected integer not null
        generated always as ((counts #>> '{events,rejected}')::integer) stored,
      -- Early loads did not count what they cancelled.
      add column records_cancelled integer not null
        generated always as (coalesce((counts #>> '{events,cancelled}')::integer, 0)) stored,
      add check (least(records_found, records_new, records_changed, records_unchanged, records_rejected,
        records_cancelled) >= 0),
      add check (records_found = records_new + records_changed + records_unchanged + records_rejected);
    create index loads_run_index on loads (dataset, run, event_date, id desc);
    create index loads_date_loaded_index on loads (dataset, event_date, loaded_at desc) where not superseded;
    comment on column loads.superseded is 'a later listing of the date had been loaded before: nothing was changed';

    create view etl_run_counts as
      select dataset, run, count(*)::integer as dates_loaded, sum(records_found)::integer as records_found,
        sum(records_new)::integer as records_new, sum(records_changed)::integer as records_changed,
        sum(records_unchanged)::integer as records_unchanged, sum(records_rejected)::integer as records_rejected,
        sum(records_cancelled)::integer as records_cancelled
      from (
        select distinct on (dataset, run, event_date) * from loads where run is not null
        order by dataset, run, event_date, id desc
      ) l
      group by dataset, run;
    comment on view etl_run_counts is 'what the loads of a run add up to: of each date the last one';
    """

  private static let rejections = """
    alter table rejected_records
      add column load_id bigint,
      add column href text,
      add column resolved_at timestamptz,
      add column resolved_by bigint,
      add column resolution text check (resolution in ('loaded', 'rejected again', 'not listed', 'replaced')),
      add check (num_nulls(resolved_at, resolved_by, resolution) in (0, 3));
    update rejected_records r set load_id = l.id from loads l where l.raw_key = r.raw_key;
    update rejected_records set href = coalesce(record #>> '{event_data,wwoz_event_href}', record ->> 'href')
    where jsonb_typeof(record) = 'object';
    -- Of the documents of a date only the last counts.
    update rejected_records r set resolved_at = l.loaded_at, resolved_by = l.id, resolution = 'replaced'
    from (
      select distinct on (dataset, event_date) dataset, event_date, id, raw_key, loaded_at from loads
      order by dataset, event_date, listed_at desc nulls last, id desc
    ) l
    where l.dataset = r.dataset and l.event_date = r.event_date and l.raw_key <> r.raw_key;
    create index rejected_records_open_index on rejected_records (dataset, event_date) where resolved_at is null;
    comment on column rejected_records.load_id is 'the load (loads.id) that rejected it';
    comment on column rejected_records.href is 'the address of the record''s event, by which a later document is seen to have it';
    comment on column rejected_records.resolved_by is 'the load (loads.id) of a later document that made an end of it';
    comment on column rejected_records.resolution is
      'loaded, rejected again or not listed by the later document; replaced when the record has no address to tell by';
    """
}
