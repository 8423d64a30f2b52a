import FoundationEssentials
import Postgres

extension ExistingRows {
  /// The statements that read what `init(_:)` takes: their results, in the same order. What is not there yet is given
  /// its number on the way, so that what is written next needs no look-ups.
  static func statements(for parsed: ParsedDocument, of document: LoadDocument) -> [PostgresStatement] {
    let source = PostgresValue.text(document.dataset)
    let events = PostgresValue.texts(parsed.sorted.events.map(\.text))
    let artists = PostgresValue.texts(parsed.sorted.artists.map(\.text))
    return [
      PostgresStatement(
        """
        select coalesce(t.id, \(next("loads"))), t.records_rejected,
          exists (
            select from rejected_records r where r.dataset = $2 and r.event_date = $3 and r.resolved_at is null),
          exists (select from loads l where l.dataset = $2 and l.event_date = $3 and l.listed_at > \(listed("$4"))),
          t.listed_at is not distinct from $4::timestamptz and t.superseded is false,
          case when t.run = $5 then t.counts::text end
        from (select $1::text) x (key) left join loads t on t.raw_key = x.key
        """,
        [
          .text(document.rawKey), source, .date(document.date), .time(document.listedAt), .text(document.run),
        ]),
      PostgresStatement(
        """
        select coalesce(t.id, \(next("genres"))), x.key, t.id is not null
        from unnest($1::text[]) x (key) left join genres t on t.name = x.key
        """, [.texts(parsed.sorted.genres.map(\.text))]),
      linkedVenues(parsed, source, document.listedAt),
      namedVenues(parsed, source, document.listedAt),
      PostgresStatement(
        """
        select coalesce(t.id, \(next("artists"))), x.key, t.id is not null, t.wwoz_artist_href, t.description, t.website,
          \(isLater("t.page_read_at", than: "x.read_at"))
        from unnest($1::text[], $2::timestamptz[]) x (key, read_at) left join artists t on t.name = x.key
        """, [artists, .times(parsed.sorted.artists.map { parsed.artists[$0]?.readAt })]),
      PostgresStatement(
        """
        select x.key, j.genre_id from unnest($1::text[]) x (key) join artists a on a.name = x.key
        join artist_genres j on j.artist_id = a.id
        """, [artists]),
      PostgresStatement(
        """
        select x.key, j.related_artist_id, j.from_event
        from unnest($1::text[]) x (key) join artists a on a.name = x.key
        join artist_relations j on j.artist_id = a.id
        """, [artists]),
      PostgresStatement(
        """
        select coalesce(t.id, \(next("events"))), x.key, t.id is not null, t.event_date, t.performance_time,
          t.artist_name, t.artist_id, t.venue_name, t.venue_id, t.description, t.is_indoors, t.is_streaming, t.status,
          t.event_date <> $3 and exists (
            select from loads l left join loads c on c.id = t.load_id
            where l.dataset = $1 and l.event_date = t.event_date and l.listed_at > \(listed("$4"))
              -- The listing that lacked it does not tell where it is.
              and (t.status = 'scheduled' or l.listed_at < c.listed_at))
        from unnest($2::text[]) x (key) left join events t on t.source = $1 and t.wwoz_event_href = x.key
        """, [source, events, .date(document.date), .time(document.listedAt)]),
      PostgresStatement(
        """
        select x.key, j.genre_id, g.name
        from unnest($2::text[]) x (key) join events e on e.source = $1 and e.wwoz_event_href = x.key
        join event_genres j on j.event_id = e.id join genres g on g.id = j.genre_id
        """, [source, events]),
      PostgresStatement(
        """
        select id, wwoz_event_href from events
        where source = $1 and event_date = $2 and status = 'scheduled' and wwoz_event_href is not null
        """, [source, .date(document.date)]),
    ]
  }

  /// When something was read that may not tell.
  private static func listed(_ parameter: String) -> String { "coalesce(\(parameter), '-infinity'::timestamptz)" }

  private static func isLater(_ stored: String, than told: String) -> String {
    "coalesce(\(stored) > \(listed(told)), false)"
  }

  /// Venues go by their page's address. A new one is the one of its name that was stored without, if it is the only
  /// one so called.
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

  /// Those without go by their name: the one of that name that has a page, if there is one only, else the one that has
  /// none.
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
    "\(isLater("t.listed_at", than: listedAt)), \(isLater("t.page_read_at", than: "x.read_at"))"
  }

  private static let venueColumns =
    "coalesce(t.id, \(next("venues"))), x.key, t.name, t.is_active, t.is_indoors, t.is_streaming, t.wwoz_venue_href"
    + VenueRow.columns.map { ", t.\($0)" }.joined()

  /// Whether no other venue that has a page has the name of `v`.
  private static let isOnlyName = """
    not exists (
      select from venues n
      where n.source = v.source and n.name = v.name and n.wwoz_venue_href is not null and n.id <> v.id)
    """

  /// The next number of a table. It is drawn only where it is needed, since `coalesce` looks no further than it must.
  private static func next(_ table: String) -> String {
    "nextval((select pg_get_serial_sequence('\(table)', 'id')::regclass))"
  }

  init(_ results: ArraySlice<PostgresRows>) throws {
    var results = results
    for row in results.removeFirst() {
      loadID = try row[0]
      rejectedBefore = try row[1]
      hasOpenRejections = try row[2]
      isSuperseded = try row[3]
      isSameListing = try row[4]
      let counts: String? = try row[5]
      countsInThisRun = try counts.map { try JSONDecoder().decode(LoadCounts.self, from: Data($0.utf8)) }
    }
    for row in results.removeFirst() {
      let (id, name): (Int, String) = (try row[0], try row[1])
      genres[Key(name)] = Row(id: id, content: try row[2] ? () : nil)
      genreNames[id] = name
    }
    for row in results.removeFirst() { try addVenue(.href(Key(try row[1])), row) }
    for row in results.removeFirst() { try addVenue(.name(Key(try row[1])), row) }
    for row in results.removeFirst() {
      let isStored: Bool = try row[2]
      artists[Key(try row[1])] = Row(
        id: try row[0],
        content: isStored ? ArtistRow(href: try row[3], description: try row[4], website: try row[5]) : nil,
        isReadLater: try row[6])
    }
    for row in results.removeFirst() { artists[Key(try row[0])]?.content?.genres.insert(try row[1]) }
    for row in results.removeFirst() {
      let (name, related): (Key, Int) = (Key(try row[0]), try row[1])
      if try row[2] {
        artists[name]?.content?.relatedByEvents.insert(related)
      } else {
        artists[name]?.content?.related.insert(related)
      }
    }
    for row in results.removeFirst() { try addEvent(row) }
    for row in results.removeFirst() {
      let genre: Int = try row[1]
      events[Key(try row[0])]?.content?.genres.insert(genre)
      if genreNames[genre] == nil { genreNames[genre] = try row[2] }
    }
    for row in results.removeFirst() { scheduled[Key(try row[1])] = try row[0] }
  }

  private mutating func addVenue(_ key: VenueKey, _ row: PostgresRow) throws {
    let storedName: String? = try row[2]
    let content = try storedName.map { name in
      VenueRow(
        href: try row[6], name: name, details: try VenueRow.columns.indices.map { try row[7 + $0] },
        isActive: try row[3],
        isIndoors: try row[4], isStreaming: try row[5])
    }
    let ages = 7 + VenueRow.columns.count
    venues[key] = Row(
      id: try row[0], content: content, isNamedLater: try row[ages], isReadLater: try row[ages + 1])
  }

  private mutating func addEvent(_ row: PostgresRow) throws {
    let isStored: Bool = try row[2]
    let status: String? = try row[12]
    let content =
      isStored
      ? EventRow(
        date: try row[3], time: try row[4], artistName: try row[5], artistID: try row[6], venueName: try row[7],
        venueID: try row[8], description: try row[9], isIndoors: try row[10], isStreaming: try row[11],
        isScheduled: status == "scheduled") : nil
    let key = Key(try row[1])
    events[key] = Row(id: try row[0], content: content)
    if try row[13] == true { movedEvents.insert(key) }
  }
}
