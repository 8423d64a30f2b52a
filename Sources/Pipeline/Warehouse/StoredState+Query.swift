import Postgres

extension StoredState {
  /// The statements that read what `init(_:)` takes: their results, in the same order.
  static func statements(for intake: Intake, of document: LoadDocument) -> [PostgresStatement] {
    let events = PostgresValue.texts(intake.events.keys.map(\.text))
    let artists = PostgresValue.texts(intake.artists.keys.map(\.text))
    let source = PostgresValue.text(document.dataset)
    let isConcerned = "e.source = $1 and (e.wwoz_event_href = any ($2) or e.event_date = $3)"
    let eventValues = [source, events, .date(document.date)]
    return [
      PostgresStatement(
        """
        select (select id from loads where raw_key = $1), exists (select from rejected_records where raw_key = $1)
        """, [.text(document.rawKey)]),
      PostgresStatement("select name from genres where name = any ($1)", [.texts(intake.genres.map(\.text))]),
      PostgresStatement(
        """
        select id, wwoz_venue_href, name, is_active, is_indoors, is_streaming, \(VenueContent.columns.joined(separator: ", "))
        from venues
        where source = $1 and (wwoz_venue_href = any ($2) or (wwoz_venue_href is null and name = any ($3)))
        """,
        [source, .texts(intake.venues.keys.compactMap(\.href)), .texts(intake.venues.keys.compactMap(\.name))]),
      PostgresStatement(
        "select id, name, wwoz_artist_href, description, website from artists where name = any ($1)", [artists]),
      PostgresStatement(
        """
        select a.name, g.name from artists a
        join artist_genres j on j.artist_id = a.id join genres g on g.id = j.genre_id
        where a.name = any ($1)
        """, [artists]),
      PostgresStatement(
        """
        select a.name, r.name, j.from_event from artists a
        join artist_relations j on j.artist_id = a.id join artists r on r.id = j.related_artist_id
        where a.name = any ($1)
        """, [artists]),
      PostgresStatement(
        """
        select e.id, e.wwoz_event_href, e.event_date, e.performance_time, e.artist_name, a.name, e.venue_name,
          v.wwoz_venue_href, v.name, e.description, e.is_indoors, e.is_streaming, e.status
        from events e left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id
        where e.wwoz_event_href is not null and \(isConcerned)
        """, eventValues),
      PostgresStatement(
        """
        select e.wwoz_event_href, g.name from events e
        join event_genres j on j.event_id = e.id join genres g on g.id = j.genre_id
        where e.wwoz_event_href is not null and \(isConcerned)
        """, eventValues),
    ]
  }

  init(_ results: ArraySlice<PostgresRows>) throws {
    var results = results
    for row in results.removeFirst() {
      loadID = try row[0]
      hasRejections = try row[1]
    }
    for row in results.removeFirst() { genres.insert(Key(try row[0])) }
    for row in results.removeFirst() {
      let href: String? = try row[1]
      let content = VenueContent(
        name: try row[2], details: try (0..<VenueContent.columns.count).map { try row[6 + $0] }, isActive: try row[3],
        isIndoors: try row[4], isStreaming: try row[5])
      let key = href.map { VenueKey.href(Key($0)) } ?? .name(Key(content.name))
      venues[key] = Row(id: try row[0], content: content)
    }
    for row in results.removeFirst() {
      artists[Key(try row[1])] = Row(
        id: try row[0], content: ArtistContent(href: try row[2], description: try row[3], website: try row[4]))
    }
    for row in results.removeFirst() { artists[Key(try row[0])]?.content.genres.insert(Key(try row[1])) }
    for row in results.removeFirst() {
      let (name, related) = (Key(try row[0]), Key(try row[1]))
      if try row[2] {
        artists[name]?.content.relatedByEvents.insert(related)
      } else {
        artists[name]?.content.related.insert(related)
      }
    }
    for row in results.removeFirst() {
      let artist: String? = try row[5]
      let venueHref: String? = try row[7]
      let venueName: String? = try row[8]
      let status: String = try row[12]
      let content = EventContent(
        date: try row[2], time: try row[3], artistName: try row[4], artist: artist.map { Key($0) },
        venueName: try row[6],
        venue: venueHref.map { .href(Key($0)) } ?? venueName.map { .name(Key($0)) },
        description: try row[9], genres: [], isIndoors: try row[10], isStreaming: try row[11])
      events[Key(try row[1])] = EventRow(id: try row[0], content: content, isScheduled: status == "scheduled")
    }
    for row in results.removeFirst() { events[Key(try row[0])]?.content.genres.insert(Key(try row[1])) }
  }
}
