extension Migration {
  /// Creates `etl_checkpoints`, with the columns that system 003 has, or takes over a table of that name as 003 made it: its
  /// rows and its other columns stay.
  ///
  /// A row is of a work item. `source_type` is the name of the dataset's extractor, and `source_name` the dataset's id; for a
  /// dataset of several items, whose checkpoints differ, it is `DATASET/ITEM`. A dataset's plan decides that, not the number of
  /// items that it happens to have: a second item must not change the name of the first. 003's rows have other source types
  /// (`api`, `csv`, `rss`): none of them is taken for a checkpoint of this program, since 003 moves them before it loads.
  public static let checkpoints = Migration(
    version: 8, name: "checkpoints",
    script: [checkpointTable, checkpointAdoption, checkpointComments].joined(separator: "\n"),
    changing: ["etl_checkpoints"])

  private static let checkpointTable = """
    create table if not exists etl_checkpoints (source_type text not null, source_name text not null);
    alter table etl_checkpoints
      add column if not exists checkpoint_type text,
      add column if not exists checkpoint_value varchar(255),
      add column if not exists checkpoint_data jsonb,
      add column if not exists last_run_at timestamptz,
      add column if not exists last_success_at timestamptz,
      add column if not exists last_failure_at timestamptz,
      add column if not exists total_runs integer,
      add column if not exists total_records_processed bigint,
      add column if not exists last_records_processed integer,
      add column if not exists status text,
      add column if not exists error_message text,
      add column if not exists last_run text,
      add column if not exists last_document text;
    """

  /// Widens what 003 has: enumerations and short texts become texts, times without a zone, which are of UTC, get one. A column
  /// that 003's own code fills gets a default, so that this program can add rows.
  private static let checkpointAdoption = """
    do $adopt$
    declare
      item record;
    begin
      for item in
        select column_name as name, data_type as type, is_nullable = 'NO' as required,
          column_default is null and is_identity = 'NO' and is_generated = 'NEVER' as bare
        from information_schema.columns
        where table_schema = current_schema() and table_name = 'etl_checkpoints'
      loop
        if item.name in ('source_type', 'source_name', 'checkpoint_type', 'status', 'error_message') then
          if item.type <> 'text' then
            execute format('alter table etl_checkpoints alter column %1$I drop default, alter column %1$I type text using %1$I::text',
              item.name);
          end if;
        elsif item.type = 'timestamp without time zone' then
          execute format('alter table etl_checkpoints alter column %1$I type timestamptz using %1$I at time zone ''UTC''', item.name);
        end if;
        if item.required and item.bare and item.name not in ('source_type', 'source_name') then
          if item.type = 'uuid' then
            execute format('alter table etl_checkpoints alter column %I set default gen_random_uuid()', item.name);
          elsif item.type like 'timestamp %' then
            execute format('alter table etl_checkpoints alter column %I set default now()', item.name);
          else
            execute format('alter table etl_checkpoints alter column %I drop not null', item.name);
          end if;
        end if;
      end loop;
    end $adopt$;
    update etl_checkpoints
    set total_runs = coalesce(total_runs, 0), total_records_processed = coalesce(total_records_processed, 0),
      last_records_processed = coalesce(last_records_processed, 0)
    where num_nulls(total_runs, total_records_processed, last_records_processed) > 0;
    alter table etl_checkpoints
      alter column source_type set not null,
      alter column source_name set not null,
      alter column checkpoint_type drop not null,
      alter column checkpoint_value drop not null,
      alter column status drop not null,
      alter column total_runs set default 0, alter column total_runs set not null,
      alter column total_records_processed set default 0, alter column total_records_processed set not null,
      alter column last_records_processed set default 0, alter column last_records_processed set not null;
    create unique index if not exists etl_checkpoints_source_index on etl_checkpoints (source_type, source_name);
    """

  private static let checkpointComments = """
    comment on table etl_checkpoints is
      'up to where the source of each work item is loaded; of datasets with incremental whose state is postgres';
    comment on column etl_checkpoints.source_type is 'the name of the dataset''s extractor; api, csv or rss in rows of system 003';
    comment on column etl_checkpoints.source_name is 'the dataset''s id; DATASET/ITEM if its plan has several items';
    comment on column etl_checkpoints.checkpoint_type is 'time, integer or text: the way in which cursors are compared';
    comment on column etl_checkpoints.checkpoint_value is
      'the greatest cursor of what is loaded, at most 200 bytes; null before the first load and after a reset';
    comment on column etl_checkpoints.checkpoint_data is 'of system 003; not written';
    comment on column etl_checkpoints.last_run_at is 'the item''s last load or failure';
    comment on column etl_checkpoints.last_success_at is 'the item''s last load';
    comment on column etl_checkpoints.last_failure_at is 'the item''s last failure';
    comment on column etl_checkpoints.total_runs is 'the runs that loaded the item, or failed at it';
    comment on column etl_checkpoints.total_records_processed is 'the records of all loaded documents, rejected ones included';
    comment on column etl_checkpoints.last_records_processed is 'the records of the last loaded document';
    comment on column etl_checkpoints.status is 'success or failed: the item''s last run; null before it';
    comment on column etl_checkpoints.error_message is 'the error of the last run, if it failed';
    comment on column etl_checkpoints.last_run is 'the name of the last run, so that a repeated stage counts once';
    comment on column etl_checkpoints.last_document is 'the key of the last loaded document, so that it counts once';
    """
}
