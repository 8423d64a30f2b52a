import Ledger

extension Migration {
  /// Adds the view `all_concerts` over the events here and the concerts that declared tables of the schema `catalog` have.
  ///
  /// Those tables are made by the sink `postgres` when a dataset first loads into them. Then, and when it changes one, it
  /// calls `etl_tables_changed`, which makes the views again over the tables that there are. So a database without such
  /// datasets has neither the schema nor its tables, and every view is a plain one, of which the server sees through to the
  /// indexes.
  static let catalogViews = Migration(
    version: 14, name: "view of all concerts",
    script: [columnsFunction, changedFunction, "select etl_tables_changed();", viewComments].joined(separator: "\n"))

  /// A table of this name may be another one.
  private static let columnsFunction = """
    create function etl_has_columns(relation text, columns text[]) returns boolean language sql stable as $$
      select not exists (
        select from unnest(columns) x (declaration)
        where not exists (
          select from pg_attribute a
          where a.attrelid = to_regclass(relation) and a.attnum > 0 and not a.attisdropped
            and a.attname || ' ' || replace(format_type(a.atttypid, null), 'character varying', 'text') = x.declaration))
    $$;
    comment on function etl_has_columns is 'true if a table exists and has some columns, each as its name and its type';
    """

  private static let changedFunction = #"""
    create function etl_tables_changed() returns text language plpgsql as $function$
    declare
      has_concerts boolean := false;
      has_venues boolean := false;
      has_artists boolean := false;
      catalog_rows text := '';
      problem text;
    begin
      begin
        has_concerts := etl_has_columns('catalog.concerts', array[
          'concert_id text', 'artist_ids jsonb', 'venue_id text', 'event_date timestamp with time zone',
          'local_date date', 'local_time text', 'timezone text', 'date_precision text', 'ticket_prices jsonb',
          'status text', 'source text', 'raw_data jsonb']);
        has_venues := etl_has_columns('catalog.venues', array[
          'venue_id text', 'name text', 'city text', 'state text', 'country text']);
        has_artists := etl_has_columns('catalog.artists', array['artist_id text', 'name text']);
        -- A view over a table that its owner may not read would be made, and fail in every query.
        if has_concerts and not has_table_privilege(to_regclass('catalog.concerts'), 'select')
          or has_venues and not has_table_privilege(to_regclass('catalog.venues'), 'select')
          or has_artists and not has_table_privilege(to_regclass('catalog.artists'), 'select')
        then
          raise insufficient_privilege using message = 'permission denied for a table of the schema catalog';
        end if;
        if has_concerts then
          create or replace view catalog.concert_artists as
            select c.concert_id, x.artist_id, x.position
            from catalog.concerts c, jsonb_array_elements_text(
              case jsonb_typeof(c.artist_ids) when 'array' then c.artist_ids else '[]' end
            ) with ordinality as x (artist_id, position);
          comment on view catalog.concert_artists is
            'the artists of each concert, in the order in which the source has them';
          comment on column catalog.concert_artists.concert_id is 'catalog.concerts.concert_id';
          comment on column catalog.concert_artists.artist_id is 'catalog.artists.artist_id';
          comment on column catalog.concert_artists.position is 'the place among the concert''s artists, from 1';
        end if;
      exception when insufficient_privilege then
        -- A schema of this name may be somebody else's. A view that others have made over the tables stays as it is.
        problem := sqlerrm;
        if to_regclass('all_concerts') is not null then return problem; end if;
        has_concerts := false;
      end;
      if has_concerts then
        begin
          -- The processed zone reads a source's concerts day by day. Without the index it is slower.
          create index if not exists concerts_source_local_date_index on catalog.concerts (source, local_date);
        exception when insufficient_privilege then null;
        end;
        catalog_rows := format($rows$
          union all
          select c.source::text, c.concert_id::text, coalesce(c.raw_data ->> 'name', array_to_string(a.names, ', ')), a.names,
            c.venue_id::text, v.name::text, v.city::text, v.state::text, v.country::text,
            c.local_date, c.local_time::text, c.timezone::text, c.event_date, c.date_precision::text, c.status::text,
            c.raw_data ->> 'url', c.ticket_prices
          from catalog.concerts c %s cross join lateral (%s) a (names)
          $rows$,
          case when has_venues then 'left join catalog.venues v on v.venue_id = c.venue_id'
            else 'cross join (select null::text, null::text, null::text, null::text) v (name, city, state, country)' end,
          case when has_artists then $names$
            select array(
              select n.name::text from catalog.concert_artists x join catalog.artists n on n.artist_id = x.artist_id
              where x.concert_id = c.concert_id order by x.position)
            $names$ else 'select array[]::text[]' end);
      end if;
      execute $view$
        create or replace view all_concerts as
          select e.source::text as source, e.id::text as id, coalesce(a.name, e.artist_name)::text as name,
            array_remove(array[coalesce(a.name, e.artist_name)::text], null) as artists,
            e.venue_id::text as venue_id, coalesce(v.name, e.venue_name)::text as venue,
            v.locality::text as city, v.state::text as state, null::text as country,
            e.event_date as local_date,
            to_char(e.performance_time at time zone '\#(ConcertsSink.zoneOfCurrentEvents)', 'HH24:MI:SS') as local_time,
            '\#(ConcertsSink.zoneOfCurrentEvents)'::text as timezone, e.performance_time as start_time,
            case when e.performance_time is null then 'day' else 'instant' end as date_precision,
            e.status::text as status,
            (case when e.source = 'wwoz' then 'https://www.wwoz.org' else '' end || e.wwoz_event_href)::text as url,
            null::jsonb as ticket_prices
          from events e left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id
        $view$ || catalog_rows;
      return problem;
    exception when insufficient_privilege then
      -- A role that may not change the views loads all the same.
      return sqlerrm;
    end $function$;
    comment on function etl_tables_changed is
      'makes the views over declared tables; null, or why the role may not; called when the sink postgres has changed one';
    """#

  private static let viewComments = """
    comment on view all_concerts is
      'every concert of every source: the events of the listings, and the concerts of the schema catalog';
    comment on column all_concerts.source is 'events.source, or catalog.concerts.source; key: source and id';
    comment on column all_concerts.id is 'events.id as text, or catalog.concerts.concert_id';
    comment on column all_concerts.name is 'the event''s name at the source; of an event of a listing the artist''s';
    comment on column all_concerts.artists is 'the artists'' names, the first one first; empty if none is known';
    comment on column all_concerts.venue_id is 'venues.id as text, or catalog.venues.venue_id; null if it is unknown';
    comment on column all_concerts.venue is 'the venue''s name';
    comment on column all_concerts.city is 'the venue''s city';
    comment on column all_concerts.state is 'the venue''s state, as LA; null if it is unknown';
    comment on column all_concerts.country is 'the venue''s country code; null if the source does not give it';
    comment on column all_concerts.local_date is 'the day at the venue; null if the source does not give it';
    comment on column all_concerts.local_time is 'the time at the venue, HH:MM:SS; null if the source does not give it';
    comment on column all_concerts.timezone is 'the zone of local_date and local_time; null if it is unknown';
    comment on column all_concerts.start_time is 'the moment of the beginning; null unless date_precision is instant';
    comment on column all_concerts.date_precision is
      'instant, day, or none: how much of the time the source gives; it is never guessed';
    comment on column all_concerts.status is
      'scheduled or cancelled; of the catalog also postponed, rescheduled and completed, as the source has it';
    comment on column all_concerts.url is 'the event''s page at the source; null if it is unknown';
    comment on column all_concerts.ticket_prices is
      'price ranges by type, as catalog.concerts.ticket_prices; null for listings, which have none';
    """
}
