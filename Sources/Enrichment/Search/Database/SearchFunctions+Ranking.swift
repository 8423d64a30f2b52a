extension SearchFunctions {
  /// The weight of each part of a score. A part that the call does not ask for does not count.
  enum Weight {
    static let meaning = 1.0
    static let words = 0.6
    static let names = 0.8
    static let genres = 0.4
    static let time = 0.3
    static let place = 0.3
    /// The sooner one of events alike comes first.
    static let date = 0.05
  }

  /// The events of `pool` with the parts of their scores. Each part is from 0 to 1.
  ///
  /// Words weigh by their rarity among the events compared, and by where they are: names 1, genres 0.9, place 0.7,
  /// descriptions 0.5. Time loses a third for each hour; unknown time is one half. Place loses half up to `within_m`.
  static let ranking = """
      return query
      with candidate as materialized (
        select e.*, a.name as known_artist, a.description as about_artist, a.description_embedding as artist_vector,
          v.name as known_venue, v.thoroughfare, v.locality, v.venue_info_embedding as venue_vector,
          case when near_lat is not null or near_venues is not null then \(distance) end as metres,
          array(
            select j.genre_id from event_genres j where j.event_id = e.id
            union select j.genre_id from artist_genres j where j.artist_id = e.artist_id) as genre_ids
        from events e left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id
        where e.id = any (pool)
      ), asked as (
        select lexeme from unnest(to_tsvector('english', \(folded("left(words, 5000)"))))
      ), found as (
        select c.id, d.lexeme, max(case w when 'A' then 1 when 'B' then 0.9 when 'C' then 0.7 else 0.5 end) as place
        from candidate c
        cross join lateral unnest(
          setweight(to_tsvector('english', \(folded("concat_ws(' ', c.known_artist, c.artist_name)"))), 'A')
          || setweight(to_tsvector('english', \(folded("""
            (
                      select string_agg(g.name, ' ') from genres g where g.id = any (c.genre_ids))
            """))), 'B')
          || setweight(to_tsvector('english',
            \(folded("concat_ws(' ', c.known_venue, c.venue_name, c.thoroughfare, c.locality)"))), 'C')
          || setweight(to_tsvector('english',
            \(folded("left(concat_ws(' ', c.description, c.about_artist), 20000)"))), 'D')) d
        cross join lateral unnest(d.weights) w
        where d.lexeme in (select lexeme from asked)
        group by c.id, d.lexeme
      ), rarity as (
        select a.lexeme, ln(1 + (select count(*) from candidate) / (0.5 + count(f.id)::double precision)) as weight
        from asked a left join found f on f.lexeme = a.lexeme
        group by a.lexeme
      ), word as (
        select f.id, sum(f.place * r.weight) / (select sum(weight) from rarity) as match,
          array_agg(f.lexeme order by r.weight desc, f.lexeme) as lexemes
        from found f join rarity r on r.lexeme = f.lexeme
        group by f.id
      ), part as (
        select c.id, c.event_date as day, c.performance_time as begins,
          1 - (c.event_text_embedding <=> query) as by_text, 1 - (c.description_embedding <=> query) as by_description,
          1 - (c.artist_vector <=> query) as by_artist, 1 - (c.venue_vector <=> query) as by_venue,
          (select 1 - min(g.genre_embedding <=> query) from genres g where g.id = any (c.genre_ids)) as by_genre,
          coalesce(w.match, 0)::double precision as by_words, coalesce(w.lexemes, '{}') as lexemes,
          (c.genre_ids && liked)::integer::double precision as by_liked,
          coalesce(c.artist_id = any (named_artists), false)::integer::double precision as by_name,
          case
            when from_time is null or to_time is null then null
            when c.performance_time is null then 0.5
            else greatest(0, 1 - \(gapOfCandidate) / 10800.0)
          end::double precision as by_time,
          case
            when from_date is null then 1
            else 1 / (1 + greatest(0, c.event_date - from_date) / 14.0)
          end::double precision as by_date,
          case
            when c.venue_id = any (near_venues) then 1
            when c.metres is not null then 1 / (1 + c.metres / coalesce(nullif(within_m, 0), 1000))
            when near_lat is not null or near_venues is not null then 0
          end::double precision as by_place,
          case when c.venue_id = any (near_venues) then 0 else c.metres end as metres
        from candidate c left join word w on w.id = c.id
      ), blended as (
        select p.*, case when query is not null then greatest(0, coalesce(
            (0.4 * coalesce(greatest(p.by_text, p.by_description), 0) + 0.3 * coalesce(p.by_artist, 0)
              + 0.2 * coalesce(p.by_genre, 0) + 0.1 * coalesce(p.by_venue, 0))
            / nullif(
              case when coalesce(p.by_text, p.by_description) is not null then 0.4 else 0 end
              + case when p.by_artist is not null then 0.3 else 0 end
              + case when p.by_genre is not null then 0.2 else 0 end
              + case when p.by_venue is not null then 0.1 else 0 end, 0), 0)) end as by_meaning
        from part p
      )
      select b.id,
        (\(Weight.meaning) * coalesce(b.by_meaning, 0)
          + case when has.words then \(Weight.words) * b.by_words else 0 end
          + case when has.names then \(Weight.names) * b.by_name else 0 end
          + case when has.genres then \(Weight.genres) * b.by_liked else 0 end
          + \(Weight.time) * coalesce(b.by_time, 0) + \(Weight.place) * coalesce(b.by_place, 0)
          + \(Weight.date) * b.by_date)
        / (case when query is not null then \(Weight.meaning) else 0 end
          + case when has.words then \(Weight.words) else 0 end
          + case when has.names then \(Weight.names) else 0 end
          + case when has.genres then \(Weight.genres) else 0 end
          + case when b.by_time is not null then \(Weight.time) else 0 end
          + case when b.by_place is not null then \(Weight.place) else 0 end
          + \(Weight.date)),
        b.by_meaning, b.by_text, b.by_description, b.by_artist, b.by_venue, b.by_genre,
        case when has.words then b.by_words end, b.lexemes, case when has.genres then b.by_liked end,
        case when has.names then b.by_name end, b.by_time, b.by_date, b.by_place, b.metres
      from blended b cross join (
        select exists (select from asked) as words, cardinality(named_artists) > 0 as names, cardinality(liked) > 0 as genres
      ) has
      order by 2 desc, b.day, b.begins nulls last, b.id
      limit least(greatest(search_events.max_rows, 0), 1000);
    """

  private static let gapOfCandidate = gap.replacing("e.", with: "c.")

  /// A text without accents, which the words of a question do not have either.
  private static func folded(_ text: String) -> String {
    "translate(lower(coalesce(\(text), '')), 'áàâäãåéèêëíìîïóòôöõúùûüñçý’', 'aaaaaaeeeeiiiiooooouuuuncy''')"
  }
}
