extension SearchFunctions {
  /// The artists most like one: by what their pages say, by genres, and by the source's own links. Artists are some
  /// thousands, so all are compared.
  static let artists = """
    create or replace function similar_artists(
      of_artist integer, from_date date default null, max_rows integer default 10
    ) returns table (
      artist_id integer, score double precision, similarity double precision, genre_match double precision,
      shared_genres text[], is_related boolean, next_date date
    )
    language sql stable parallel safe security invoker
    set search_path from current
    set jit = 'off'
    as $$
    with given as (
      select a.id, a.description_embedding as vector,
        array(select j.genre_id from artist_genres j where j.artist_id = a.id) as genre_ids
      from artists a where a.id = of_artist
    ), part as (
      select a.id, a.name, 1 - (a.description_embedding <=> g.vector) as similarity,
        array(
          select n.name from artist_genres j join genres n on n.id = j.genre_id
          where j.artist_id = a.id and j.genre_id = any (g.genre_ids) order by n.name) as shared,
        (select count(*) from artist_genres j where j.artist_id = a.id) + cardinality(g.genre_ids) as all_genres,
        exists (
          select from artist_relations r
          where r.artist_id = a.id and r.related_artist_id = g.id or r.artist_id = g.id and r.related_artist_id = a.id
        ) as related
      from given g join artists a on a.id <> g.id
    ), parts as (
      -- Genres in common, of all that either has.
      select p.*, coalesce(cardinality(p.shared)::double precision / nullif(p.all_genres - cardinality(p.shared), 0), 0)
        as by_genre
      from part p
    )
    select p.id, greatest(0, coalesce(p.similarity, 0)) * 0.6 + p.by_genre * 0.3 + p.related::integer * 0.1,
      p.similarity, p.by_genre, p.shared, p.related,
      (select min(e.event_date) from events e
        where e.artist_id = p.id and e.status = 'scheduled' and (from_date is null or e.event_date >= from_date))
    from parts p
    where p.similarity is not null or p.by_genre > 0 or p.related
    order by 2 desc, p.name, p.id
    limit least(greatest(max_rows, 0), 1000)
    $$;
    """
}
