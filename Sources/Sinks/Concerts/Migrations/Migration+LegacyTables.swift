import Ledger

extension Migration {
  /// Creates the tables of the legacy system if they are missing, and brings existing ones up to what the loader needs.
  /// It relies on no constraint's name, and on no constraints other than the primary keys of the four entities, because
  /// the versions of the legacy system differ in both. Columns that it does not name, such as embeddings, stay as they
  /// are.
  static let legacyTables = Migration(
    version: 1, name: "conform system 000",
    script: [tables, legacyRepairs, legacyKeys, loaderAdditions].joined(separator: "\n"),
    changing: [
      "artist_genres", "artist_relations", "artists", "event_genres", "events", "genres", "venue_artists",
      "venue_genres",
      "venues",
    ], audit: legacyAudit)

  private static let tables = """
    -- The tables and columns of system 000.

    create table if not exists venues (id serial primary key, name text not null);
    create table if not exists artists (id serial primary key, name text not null);
    create table if not exists genres (id serial primary key, name text not null);
    create table if not exists events (id serial primary key);

    alter table venues
      add column if not exists phone_number text,
      add column if not exists thoroughfare text,
      add column if not exists locality text,
      add column if not exists state text,
      add column if not exists postal_code text,
      add column if not exists full_address text,
      add column if not exists wwoz_venue_href text,
      add column if not exists website text,
      add column if not exists is_active boolean,
      add column if not exists latitude double precision,
      add column if not exists longitude double precision,
      add column if not exists capacity integer,
      add column if not exists is_indoors boolean,
      add column if not exists is_streaming boolean,
      add column if not exists last_updated timestamptz,
      add column if not exists last_geocoded timestamptz,
      add column if not exists description text;

    alter table artists
      add column if not exists wwoz_artist_href text,
      add column if not exists description text,
      add column if not exists popularity_score double precision,
      add column if not exists typical_set_length interval,
      add column if not exists website text;

    alter table genres
      add column if not exists description text;

    alter table events
      add column if not exists wwoz_event_href text,
      add column if not exists description text,
      add column if not exists artist_id integer,
      add column if not exists venue_id integer,
      add column if not exists artist_name text,
      add column if not exists venue_name text,
      add column if not exists performance_time timestamptz,
      add column if not exists end_time timestamptz,
      add column if not exists scrape_time timestamptz,
      add column if not exists last_updated timestamptz,
      add column if not exists is_recurring boolean,
      add column if not exists recurrence_pattern text,
      add column if not exists is_indoors boolean,
      add column if not exists is_streaming boolean;

    create table if not exists venue_artists (venue_id integer not null, artist_id integer not null);
    create table if not exists venue_genres (venue_id integer not null, genre_id integer not null);
    create table if not exists artist_genres (artist_id integer not null, genre_id integer not null);
    create table if not exists event_genres (event_id integer not null, genre_id integer not null);
    create table if not exists artist_relations (artist_id integer not null, related_artist_id integer not null);

    -- System 000 declares the default as the text 'now()', which the server reads once, when the table is made.
    alter table venues alter column last_updated set default now();
    alter table events
      alter column last_updated set default now(),
      alter column is_recurring set default false,
      alter column performance_time drop not null,
      alter column scrape_time drop not null;
    """

  private static let loaderAdditions = """
    -- What the loader adds. System 000 knew an event's time only by its day, and stored that day's midnight without a
    -- zone: it became midnight in the zone of whoever wrote it, UTC or the source's. Neither is a time, and the day is
    -- the one that begins there.
    alter table events
      add column event_date date,
      add column status text not null default 'scheduled' check (status in ('scheduled', 'cancelled')),
      add column first_seen timestamptz not null default now(),
      add column last_seen timestamptz not null default now(),
      add column content_hash bytea,
      add column load_id bigint;
    update events set
      event_date = (coalesce(performance_time, scrape_time, last_updated, now()) at time zone
        case (performance_time at time zone 'UTC')::time when '00:00' then 'UTC' else 'America/Chicago' end)::date,
      performance_time = case
        when (performance_time at time zone 'America/Chicago')::time <> '00:00'
          and (performance_time at time zone 'UTC')::time <> '00:00' then performance_time
      end,
      first_seen = coalesce(scrape_time, last_updated, now()),
      last_seen = coalesce(scrape_time, last_updated, now());
    alter table events alter column event_date set not null;
    create index events_source_date_index on events (source, event_date);
    comment on column events.event_date is 'the local day in the source''s time zone';
    comment on column events.last_seen is 'when the row was last written; an event seen again unchanged is not written';
    comment on column events.content_hash is 'SHA-256 of what the source says of the event';
    comment on column events.load_id is 'the load (loads.id) that wrote the row';

    -- System 000 took relations from events' pages only. Those are never withdrawn by an artist's page.
    alter table artist_relations add column from_event boolean not null default true;
    alter table artist_relations alter column from_event set default false;
    comment on column artist_relations.from_event is 'an event''s page told of it; else only the artist''s page does';

    create table loads (
      id bigserial primary key,
      dataset text not null,
      event_date date not null,
      raw_key text not null unique,
      run text,
      listed_at timestamptz,
      counts jsonb not null,
      loaded_at timestamptz not null default now()
    );
    create index loads_dataset_date_listed_index on loads (dataset, event_date, listed_at);
    comment on table loads is 'one row for each extract document that was loaded to its end';
    comment on column loads.listed_at is 'when the listing was read; an older one does not overwrite what it told';

    create table rejected_records (
      id bigserial primary key,
      dataset text not null,
      event_date date not null,
      raw_key text not null,
      position integer not null,
      reason text not null,
      record jsonb,
      rejected_at timestamptz not null default now(),
      unique (raw_key, position)
    );
    comment on column rejected_records.position is
      'the record''s index in the document, from 0; rows that the scraper rejected come after the records';
    comment on column rejected_records.record is 'the record, or the row; as a JSON string where jsonb cannot hold it as it is';
    """
}
