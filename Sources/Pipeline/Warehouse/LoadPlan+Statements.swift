import FoundationEssentials
import Pipeline
import Postgres

extension LoadPlan {
  /// One statement, and how many rows it must write: nil where the document does not tell.
  struct Write {
    let statement: PostgresStatement
    let rows: Int?
  }

  /// All that is to be written, in one order of tables; nothing for what does not change.
  func writes(for document: LoadDocument, over stored: StoredState, rejections: [Rejection]) throws -> [Write] {
    let source = PostgresValue.text(document.dataset)
    let load = PostgresValue.text(document.rawKey)
    return try loadWrites(for: document, over: stored)
      + entityWrites(source: source)
      + eventWrites(source: source, load: load)
      + joinWrites(source: source)
      + rejectionWrites(rejections, for: document, over: stored)
  }

  private func loadWrites(for document: LoadDocument, over stored: StoredState) throws -> [Write] {
    guard stored.loadID == nil else { return [] }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let counts = String(decoding: try encoder.encode(counts), as: UTF8.self)
    return [
      write(
        "insert into loads (dataset, event_date, raw_key, run, counts) values ($1, $2, $3, $4, $5::text::jsonb)",
        [
          .text(document.dataset), .date(document.date), .text(document.rawKey), .text(document.run), .text(counts),
        ], rows: 1)
    ]
  }

  private func entityWrites(source: PostgresValue) -> [Write] {
    let details = VenueContent.columns
    let venueColumns = (["name", "is_active", "is_indoors", "is_streaming"] + details).joined(separator: ", ")
    let venueTypes =
      "text[], $4::bool[], $5::bool[], $6::bool[]" + details.indices.map { ", $\($0 + 7)::text[]" }.joined()
    let venueValues = { (venues: [VenueContent]) -> [PostgresValue] in
      [
        .texts(venues.map(\.name)), .bools(venues.map(\.isActive)), .bools(venues.map(\.isIndoors)),
        .bools(venues.map(\.isStreaming)),
      ] + details.indices.map { column in .texts(venues.map { $0.details[column] }) }
    }
    let artistValues = { (artists: [ArtistContent]) -> [PostgresValue] in
      [.texts(artists.map(\.href)), .texts(artists.map(\.description)), .texts(artists.map(\.website))]
    }
    return [
      write(
        "insert into genres (name) select unnest($1::text[])", [.texts(newGenres.map(\.text))], rows: newGenres.count),
      write(
        """
        insert into venues (source, wwoz_venue_href, \(venueColumns))
        select $1, * from unnest($2::text[], $3::\(venueTypes)) x
        """, [source, .texts(newVenues.map(\.key.href))] + venueValues(newVenues.map(\.content)), rows: newVenues.count),
      write(
        """
        update venues set (last_updated, \(venueColumns)) = (now(), \(prefixed(venueColumns, by: "x")))
        from unnest($2::int8[], $3::\(venueTypes)) x (id, \(venueColumns))
        where venues.id = x.id and venues.source = $1
        """, [source, .ints(changedVenues.map(\.id))] + venueValues(changedVenues.map(\.content)),
        rows: changedVenues.count),
      write(
        """
        insert into artists (name, wwoz_artist_href, description, website)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) x
        """, [.texts(newArtists.map(\.name.text))] + artistValues(newArtists.map(\.content)), rows: newArtists.count),
      write(
        """
        update artists set wwoz_artist_href = x.href, description = x.description, website = x.website
        from unnest($1::int8[], $2::text[], $3::text[], $4::text[]) x (id, href, description, website)
        where artists.id = x.id
        """, [.ints(changedArtists.map(\.id))] + artistValues(changedArtists.map(\.content)),
        rows: changedArtists.count),
    ].filter { $0.rows != 0 }
  }

  private func eventWrites(source: PostgresValue, load: PostgresValue) -> [Write] {
    // The names of acts and venues are looked up here, since the new ones have got their numbers just now.
    let columns = """
      wwoz_event_href, event_date, performance_time, artist_name, artist_id, venue_name, venue_id, description,
      is_indoors, is_streaming, scrape_time, content_hash, load_id
      """
    let row = """
      x.href, x.event_date, x.performance_time, x.artist_name, (select id from artists a where a.name = x.artist),
      x.venue_name,
      coalesce(
        (select v.id from venues v where v.source = $1 and v.wwoz_venue_href = x.venue_href),
        (select v.id from venues v where v.source = $1 and v.wwoz_venue_href is null and v.name = x.venue_key)),
      x.description, x.is_indoors, x.is_streaming, x.scrape_time,
      sha256(convert_to(jsonb_build_array(x.href, x.event_date, extract(epoch from x.performance_time), x.artist_name,
        x.venue_href, x.venue_name, x.description, x.genres)::text, 'UTF8')),
      (select id from loads where raw_key = $2)
      """
    let given = """
      unnest($3::int8[], $4::text[], $5::date[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[],
        $11::text[], $12::text[], $13::bool[], $14::bool[], $15::timestamptz[], $16::text[])
      x (id, href, event_date, performance_time, artist_name, artist, venue_name, venue_href, venue_key, description,
        is_indoors, is_streaming, scrape_time, genres)
      """
    let values = { (ids: [Int?], hrefs: [Key], events: [ToldEvent]) -> [PostgresValue] in
      let contents = events.map(\.content)
      return [
        source, load, .ints(ids), .texts(hrefs.map(\.text)), .dates(contents.map(\.date)), .times(contents.map(\.time)),
        .texts(contents.map(\.artistName)), .texts(contents.map { $0.artist?.text }), .texts(contents.map(\.venueName)),
        .texts(contents.map { $0.venue?.href }), .texts(contents.map { $0.venue?.name }),
        .texts(contents.map(\.description)), .bools(contents.map(\.isIndoors)), .bools(contents.map(\.isStreaming)),
        .times(events.map(\.scrapeTime)),
        .texts(contents.map { $0.genres.sorted().map(\.text).joined(separator: "\n") }),
      ]
    }
    return [
      write(
        "insert into events (source, \(columns)) select $1, \(row) from \(given)",
        values(newEvents.map { _ in nil }, newEvents.map(\.href), newEvents.map(\.event)), rows: newEvents.count),
      write(
        """
        update events set (status, last_seen, last_updated, \(columns)) = ('scheduled', now(), now(), \(row))
        from \(given) where events.id = x.id
        """, values(changedEvents.map(\.id), changedEvents.map(\.href), changedEvents.map(\.event)),
        rows: changedEvents.count),
      write(
        """
        update events set status = 'cancelled', last_updated = now(), load_id = (select id from loads where raw_key = $2)
        where id = any ($1)
        """, [.ints(cancelledEvents), load], rows: cancelledEvents.count),
    ].filter { $0.rows != 0 }
  }

  private func joinWrites(source: PostgresValue) -> [Write] {
    let names = { (pairs: [Pair]) -> [PostgresValue] in
      [.texts(pairs.map(\.owner.text)), .texts(pairs.map(\.name.text))]
    }
    let written = PostgresValue.texts((newEvents.map(\.href) + changedEvents.map(\.href)).map(\.text))
    let given = "unnest($1::text[], $2::text[]) x (owner, name)"
    let artistPair = "join artists a on a.name = x.owner join artists r on r.name = x.name"
    return [
      write(
        """
        delete from event_genres j using \(given) join genres g on g.name = x.name
          join events e on e.source = $3 and e.wwoz_event_href = x.owner
        where j.event_id = e.id and j.genre_id = g.id
        """, names(removedEventGenres) + [source], rows: removedEventGenres.count),
      write(
        """
        insert into event_genres (event_id, genre_id)
        select e.id, g.id from \(given) join genres g on g.name = x.name
          join events e on e.source = $3 and e.wwoz_event_href = x.owner
        """, names(addedEventGenres) + [source], rows: addedEventGenres.count),
      write(
        """
        delete from artist_genres j using \(given) join genres g on g.name = x.name join artists a on a.name = x.owner
        where j.artist_id = a.id and j.genre_id = g.id
        """, names(removedArtistGenres), rows: removedArtistGenres.count),
      write(
        """
        insert into artist_genres (artist_id, genre_id)
        select a.id, g.id from \(given) join genres g on g.name = x.name join artists a on a.name = x.owner
        """, names(addedArtistGenres), rows: addedArtistGenres.count),
      write(
        """
        delete from artist_relations j using \(given) \(artistPair)
        where j.artist_id = a.id and j.related_artist_id = r.id
        """, names(removedRelations), rows: removedRelations.count),
      write(
        """
        update artist_relations j set from_event = true from \(given) \(artistPair)
        where j.artist_id = a.id and j.related_artist_id = r.id
        """, names(confirmedRelations), rows: confirmedRelations.count),
      write(
        """
        insert into artist_relations (artist_id, related_artist_id, from_event)
        select a.id, r.id, x.from_event
        from unnest($1::text[], $2::text[], $3::bool[]) x (owner, name, from_event) \(artistPair)
        """, names(addedRelations.map(\.pair)) + [.bools(addedRelations.map(\.isFromEvent))],
        rows: addedRelations.count),
      // A venue's acts and genres accumulate over its events.
      write(
        """
        insert into venue_artists (venue_id, artist_id)
        select distinct e.venue_id, e.artist_id from events e
        where e.source = $1 and e.wwoz_event_href = any ($2) and e.venue_id is not null and e.artist_id is not null
          and not exists (select from venue_artists j where j.venue_id = e.venue_id and j.artist_id = e.artist_id)
        """, [source, written], rows: newEvents.isEmpty && changedEvents.isEmpty ? 0 : nil),
      write(
        """
        insert into venue_genres (venue_id, genre_id)
        select distinct e.venue_id, g.genre_id from events e join event_genres g on g.event_id = e.id
        where e.source = $1 and e.wwoz_event_href = any ($2) and e.venue_id is not null
          and not exists (select from venue_genres j where j.venue_id = e.venue_id and j.genre_id = g.genre_id)
        """, [source, written], rows: newEvents.isEmpty && changedEvents.isEmpty ? 0 : nil),
    ].filter { $0.rows != 0 }
  }

  private func rejectionWrites(
    _ rejections: [Rejection], for document: LoadDocument, over stored: StoredState
  ) -> [Write] {
    let positions = PostgresValue.ints(rejections.map(\.position))
    let raw = rejections.isEmpty ? [:] : document.rawRecords(rejections.map(\.position))
    return [
      write(
        "delete from rejected_records where raw_key = $1 and position <> all ($2)",
        [.text(document.rawKey), positions],
        rows: stored.hasRejections ? nil : 0),
      write(
        """
        insert into rejected_records (dataset, event_date, raw_key, position, reason, record)
        select $1, $2, $3, x.position, x.reason, x.record::jsonb
        from unnest($4::int8[], $5::text[], $6::text[]) x (position, reason, record)
        where not exists (
          select from rejected_records r where r.raw_key = $3 and r.position = x.position and r.reason = x.reason
            and r.record is not distinct from x.record::jsonb)
        on conflict (raw_key, position) do update
        set reason = excluded.reason, record = excluded.record, rejected_at = now()
        """,
        [
          .text(document.dataset), .date(document.date), .text(document.rawKey), positions,
          .texts(rejections.map(\.reason.description)), .texts(rejections.map { raw[$0.position] }),
        ], rows: rejections.isEmpty ? 0 : nil),
    ].filter { $0.rows != 0 }
  }

  private func write(_ sql: String, _ values: [PostgresValue], rows: Int?) -> Write {
    Write(statement: PostgresStatement(sql, values), rows: rows)
  }
}

/// `a, b` as `x.a, x.b`.
private func prefixed(_ columns: String, by table: String) -> String {
  columns.split(separator: ", ").map { "\(table).\($0)" }.joined(separator: ", ")
}
