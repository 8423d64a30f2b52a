import Contracts
import FoundationEssentials
import Postgres

extension ExistingRows {
  /// Returns the statements whose results, in the same order, `init(_:)` takes. An entity that is not stored gets its id
  /// here, so that the writes that follow need no look-ups.
  static func statements(for parsed: ParsedDocument, of document: LoadDocument) -> [PostgresStatement] {
    let source = PostgresValue.text(document.source)
    let target = document.target
    let events = PostgresValue.texts(parsed.sorted.events.map(\.text))
    let artists = PostgresValue.texts(parsed.sorted.artists.map(\.text))
    return [
      PostgresStatement(
        """
        select coalesce(t.id, \(next("loads"))) as id, t.records_rejected,
          exists (
            select from rejected_records r
            where r.dataset = $2 and r.event_date = $3 and r.resolved_at is null) as has_open_rejections,
          exists (
            select from loads l
            where l.dataset = $2 and l.event_date = $3 and l.listed_at > \(listed("$4"))) as is_superseded,
          t.listed_at is not distinct from $4::timestamptz and t.superseded is false as is_same_listing,
          case when t.run = $5 then t.counts::text end as counts, t.counts ->> 'notice' as notice,
          -- A load that is repeated has the sums that it had before.
          (
            select json_object_agg(f.field, json_build_object('had', f.had, 'lost', f.lost))::text
            from (
              select p.key as field, sum((p.value ->> 'had')::integer) as had, sum((p.value ->> 'lost')::integer) as lost
              from loads l cross join jsonb_each(l.counts -> 'fields') p
              where l.dataset = $2 and l.run = $5 and (t.id is null or l.id < t.id)
              group by p.key
            ) f
          ) as tallies
        from (select $1::text) x (key) left join loads t on t.raw_key = x.key
        """,
        [
          .text(target.key), .text(target.dataset.id), .date(document.date), .time(document.listedAt),
          .text(target.run),
        ]),
      PostgresStatement(
        """
        select coalesce(t.id, \(next("genres"))) as id, x.key, t.id is not null as is_stored
        from unnest($1::text[]) x (key) left join genres t on t.name = x.key
        """, [.texts(parsed.sorted.genres.map(\.text))]),
      linkedVenues(parsed, source, document.listedAt),
      namedVenues(parsed, source, document.listedAt),
      PostgresStatement(
        """
        select coalesce(t.id, \(next("artists"))) as id, x.key, t.id is not null as is_stored, t.wwoz_artist_href,
          t.description, t.website, \(isLater("t.page_read_at", than: "x.read_at")) as is_read_later
        from unnest($1::text[], $2::timestamptz[]) x (key, read_at) left join artists t on t.name = x.key
        """, [artists, .times(parsed.sorted.artists.map { parsed.artists[$0]?.readAt })]),
      PostgresStatement(
        """
        select x.key, j.genre_id from unnest($1::text[]) x (key) join artists a on a.name = x.key
        join artist_genres j on j.artist_id = a.id
        """, [artists]),
      PostgresStatement(
        """
        select x.key, j.related_artist_id, j.from_event, j.from_artist
        from unnest($1::text[]) x (key) join artists a on a.name = x.key
        join artist_relations j on j.artist_id = a.id
        """, [artists]),
      PostgresStatement(
        """
        select coalesce(t.id, \(next("events"))) as id, x.key, t.id is not null as is_stored, t.event_date,
          t.performance_time, t.artist_name, t.artist_id, t.venue_name, t.venue_id, t.description, t.is_indoors, t.is_streaming, t.status,
          t.event_date <> $3 and exists (
            select from loads l left join loads c on c.id = t.load_id
            where l.dataset = $5 and l.event_date = t.event_date and l.listed_at > \(listed("$4"))
              -- The listing that lacked the event does not show where it is.
              -- Unlike one that lists it as cancelled, which writes both times.
              and (t.status = 'scheduled' or t.last_written = t.last_updated or l.listed_at < c.listed_at)) as is_moved
        from unnest($2::text[]) x (key) left join events t on t.source = $1 and t.wwoz_event_href = x.key
        """, [source, events, .date(document.date), .time(document.listedAt), .text(target.dataset.id)]),
      PostgresStatement(
        """
        select x.key, j.genre_id, g.name
        from unnest($2::text[]) x (key) join events e on e.source = $1 and e.wwoz_event_href = x.key
        join event_genres j on j.event_id = e.id join genres g on g.id = j.genre_id
        """, [source, events]),
      PostgresStatement(
        """
        select x.key, j.related_artist_id, j.inherited
        from unnest($2::text[]) x (key) join events e on e.source = $1 and e.wwoz_event_href = x.key
        join event_related_artists j on j.event_id = e.id
        """, [source, events]),
      PostgresStatement(
        """
        select id, wwoz_event_href from events
        where source = $1 and event_date = $2 and status = 'scheduled' and wwoz_event_href is not null
        """, [source, .date(document.date)]),
    ]
  }

  /// Returns the SQL of a time, or the earliest one if it is unknown.
  private static func listed(_ parameter: String) -> String { "coalesce(\(parameter), '-infinity'::timestamptz)" }

  private static func isLater(_ stored: String, than incoming: String) -> String {
    "coalesce(\(stored) > \(listed(incoming)), false)"
  }

  /// Matches venues by the address of their page. If none matches, falls back to the stored venue without an address that
  /// has the name, if no other venue has it.
  private static func linkedVenues(
    _ parsed: ParsedDocument, _ source: PostgresValue, _ listedAt: Date?
  ) -> PostgresStatement {
    let keys = parsed.sorted.venues.filter { $0.href != nil }
    return PostgresStatement(
      """
      select \(venueColumns), \(agesAreLater("$5"))
      from unnest($2::text[], $3::text[], $4::timestamptz[]) x (key, name, read_at) left join lateral (
        select * from venues v where v.source = $1 and v.wwoz_venue_href = x.key
        union all
        select * from venues v where v.source = $1 and v.name = x.name and v.wwoz_venue_href is null
          and not exists (select from venues o where o.source = $1 and o.wwoz_venue_href = x.key)
          and \(isOnlyName)
      ) t on true
      """,
      [
        source, .texts(keys.map(\.href)), .texts(keys.map(parsed.distinctName)),
        .times(keys.map { parsed.venues[$0]?.readAt }), .time(listedAt),
      ])
  }

  /// Matches venues without an address by their name: the only stored venue with a page and that name, or else the one
  /// without a page.
  private static func namedVenues(
    _ parsed: ParsedDocument, _ source: PostgresValue, _ listedAt: Date?
  ) -> PostgresStatement {
    let keys = parsed.sorted.venues.filter { $0.name != nil }
    return PostgresStatement(
      """
      select \(venueColumns), \(agesAreLater("$4"))
      from unnest($2::text[], $3::timestamptz[]) x (key, read_at) left join lateral (
        select * from venues v
        where v.source = $1 and v.name = x.key and (v.wwoz_venue_href is null or \(isOnlyName))
        order by v.wwoz_venue_href is null limit 1
      ) t on true
      """,
      [source, .texts(keys.map(\.name)), .times(keys.map { parsed.venues[$0]?.readAt }), .time(listedAt)])
  }

  private static func agesAreLater(_ listedAt: String) -> String {
    "\(isLater("t.listed_at", than: listedAt)) as is_named_later, "
      + "\(isLater("t.page_read_at", than: "x.read_at")) as is_read_later"
  }

  private static let venueColumns =
    "coalesce(t.id, \(next("venues"))) as id, x.key, t.name, t.is_active, t.is_indoors, t.is_streaming, t.wwoz_venue_href"
    + VenueRow.columns.map { ", t.\($0)" }.joined()

  /// True if no other venue with a page has the name of `v`.
  private static let isOnlyName = """
    not exists (
      select from venues n
      where n.source = v.source and n.name = v.name and n.wwoz_venue_href is not null and n.id <> v.id)
    """

  /// Returns the SQL of the next id of a table. `coalesce` evaluates it only if it is needed.
  private static func next(_ table: String) -> String {
    "nextval((select pg_get_serial_sequence('\(table)', 'id')::regclass))"
  }
}
