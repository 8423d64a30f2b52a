extension SearchFunctions {
  /// The signature and the choice of candidates. PL/pgSQL without dynamic SQL: each statement is fixed, and the values of
  /// the call are its parameters. What is asked for by meaning is combined with filters, so the plan depends on the values:
  /// a plan for all would take the wrong index.
  static let events = """
    create or replace function search_events(
      query vector default null,
      from_date date default null, to_date date default null, weekdays integer[] default null,
      from_time interval default null, to_time interval default null, time_required boolean default false,
      near_lat double precision default null, near_lng double precision default null,
      near_venues integer[] default null, within_m double precision default null,
      genres text[] default null, liked_genres text[] default null, named_artists integer[] default null,
      words text default null, max_rows integer default 10,
      of_source text default null, zone text default 'America/Chicago'
    ) returns table (
      event_id integer, score double precision, meaning double precision,
      text_similarity double precision, description_similarity double precision, artist_similarity double precision,
      venue_similarity double precision, genre_similarity double precision,
      word_match double precision, matched_words text[], genre_match double precision, name_match double precision,
      time_fit double precision, date_fit double precision, place_fit double precision, distance_m double precision
    )
    language plpgsql stable parallel safe security invoker
    set search_path from current
    set plan_cache_mode = 'force_custom_plan'
    set jit = 'off'
    as $$
    #variable_conflict use_column
    declare
      first_day date := coalesce(from_date, '-infinity');
      last_day date := coalesce(to_date, 'infinity');
      late interval := greatest(to_time - interval '24 hours', interval '0');
      is_place boolean := near_venues is not null or near_lat is not null and within_m is not null;
      places integer[];
      wanted integer[];
      liked integer[];
      matching bigint;
      pool integer[];
    begin
      if is_place then
        places := array(
          select v.id from venues v
          where v.id = any (near_venues) or \(distance) <= within_m);
      end if;
      if genres is not null then
        wanted := array(
          select g.id from genres g where lower(g.name) in (select lower(n) from unnest(search_events.genres) n));
      end if;
      liked := array(
        select g.id from genres g where lower(g.name) in (select lower(n) from unnest(liked_genres) n));

      select count(*) into matching from (
        select 1 from events e where \(filters) limit \(largestExactSearch + 1)) counted;
      if query is null or matching <= \(largestExactSearch) then
        -- All of them are compared: exact. The first key of the order keeps the index out.
        pool := array(
          select e.id from events e where \(filters)
          order by coalesce(e.artist_id = any (named_artists), false) desc, e.event_text_embedding <=> query nulls last,
            e.event_date, e.id
          limit 2000);
      else
        pool := array(
          select e.id from events e where \(filters) order by e.event_text_embedding <=> query limit 300)
          || array(
          select e.id from events e where e.artist_id = any (named_artists) and \(filters)
          order by e.event_date, e.id limit 200);
      end if;
      -- An event without a vector is found by its names, genres, day and place.
      if query is not null and matching > 2000 then
        pool := pool || array(
          select e.id from events e where e.event_text_embedding is null and \(filters)
          order by e.event_date, e.id limit 300);
      end if;
    \(ranking)
    end
    $$;
    """

  /// The conditions for an event `e`.
  private static let filters = """
    e.status = 'scheduled' and (of_source is null or e.source = of_source)
          and e.event_date between first_day and last_day + (late > interval '0' and late is not null)::integer
          and (
            e.event_date <= last_day
              and (weekdays is null or extract(dow from e.event_date)::integer = any (weekdays))
            or late > interval '0' and e.event_date > first_day and \(clock) < late
              and (weekdays is null or extract(dow from e.event_date - 1)::integer = any (weekdays)))
          and (not time_required or e.performance_time is null or from_time is null or to_time is null
            or \(gap) = 0)
          and (not is_place or e.venue_id = any (places))
          and (wanted is null
            or exists (select from event_genres j where j.event_id = e.id and j.genre_id = any (wanted))
            or exists (select from artist_genres j where j.artist_id = e.artist_id and j.genre_id = any (wanted)))
    """

  /// The local time of the event's beginning.
  private static let clock = "(e.performance_time at time zone zone)::time::interval"

  /// Seconds between the event's beginning and the time that is asked for; 0 within it. After midnight the event may be of
  /// the night before.
  static let gap = """
    least(
              case when e.event_date <= last_day
                then extract(epoch from greatest(from_time - \(clock), \(clock) - to_time, interval '0')) end,
              case when e.event_date > first_day
                then extract(epoch from greatest(
                  from_time - \(clock) - interval '24 hours', \(clock) + interval '24 hours' - to_time, interval '0')) end)
    """

  /// Metres from venue `v` to the point or to the nearest of the venues, on a sphere of the Earth's mean radius (haversine).
  /// Within a city the error is some metres. Null if the coordinates are unknown.
  static let distance = """
    (
            select min(2 * 6371008.8 * asin(least(1, sqrt(
              sin(radians(v.latitude - o.lat) / 2) ^ 2
              + cos(radians(o.lat)) * cos(radians(v.latitude)) * sin(radians(v.longitude - o.lng) / 2) ^ 2))))
            from (
              select near_lat, near_lng
              union all select latitude, longitude from venues where id = any (near_venues)) o (lat, lng))
    """
}
