import Contracts
import FoundationEssentials
import Postgres

extension ChangeSet {
  /// A statement, and the number of rows that it must write or find; nil if that depends on what is stored.
  struct Write {
    let statement: PostgresStatement
    let rows: Int?

    /// - Parameter rows: the expected number of rows. A statement of 0 rows is not run.
    init(_ sql: String, _ values: [PostgresValue], rows: Int?) {
      statement = PostgresStatement(sql, values)
      self.rows = rows
    }
  }

  /// Returns the statements that write the changes, in a fixed order of tables.
  func writes(for document: LoadDocument, of parsed: ParsedDocument, over stored: ExistingRows) throws -> [Write] {
    var writes = try loadWrites(for: document, over: stored)
    if stored.isSuperseded {
      writes += lateRejectionWrites(parsed, for: document, over: stored)
    } else {
      writes += entityWrites(for: document) + eventWrites(source: document.source, over: stored) + joinWrites()
      writes += rejectionWrites(parsed, for: document, over: stored)
    }
    return writes.filter { $0.rows != 0 }
  }

  private func loadWrites(for document: LoadDocument, over stored: ExistingRows) throws -> [Write] {
    let target = document.target
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let counts = String(decoding: try encoder.encode(counts), as: UTF8.self)
    return [
      Write(
        """
        insert into loads (id, dataset, item, event_date, raw_key, run, counts, listed_at, superseded,
          pages_read, pages_failed)
        values ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8, $9, $10, $11)
        """,
        [
          .int(stored.loadID), .text(target.dataset.id), .text(target.item.id), .date(document.date),
          .text(target.key), .text(target.run), .text(counts), .time(document.listedAt), .bool(stored.isSuperseded),
          .int(target.pages?.read), .int(target.pages?.failed),
        ], rows: stored.wasLoaded ? 0 : 1),
      // A repeated load, such as a retry after a lost response, changes nothing. But the object may have been replaced
      // under its key, newer code may read it differently, and its listing may be later than when it was superseded.
      Write(
        """
        update loads set counts = $2::text::jsonb, loaded_at = now(), listed_at = $3, superseded = false,
          run = coalesce($4, run), pages_read = coalesce($5, pages_read), pages_failed = coalesce($6, pages_failed)
        where id = $1
        """,
        [
          .int(stored.loadID), .text(counts), .time(document.listedAt), .text(target.run), .int(target.pages?.read),
          .int(target.pages?.failed),
        ],
        rows: stored.wasLoaded && differsFromLastLoad(stored) ? 1 : 0),
    ]
  }

  /// True if this load of a document differs from the last one: it changes something, or is of another listing.
  func differsFromLastLoad(_ stored: ExistingRows) -> Bool {
    !stored.isSuperseded
      && (!stored.isSameListing || counts.events.new + counts.events.changed + cancelledEvents.count > 0
        || counts.events.rejected != stored.rejectedBefore
        // The numbers in a notice are of the whole run, and differ.
        || (counts.notice == nil) != (stored.noticeBefore == nil))
  }

  private func entityWrites(for document: LoadDocument) -> [Write] {
    let columns = (["name", "is_active", "is_indoors", "is_streaming"] + VenueRow.columns).joined(separator: ", ")
    let arrays =
      "unnest($2::int8[], $3::text[], $4::text[], $5::bool[], $6::bool[], $7::bool[]"
      + VenueRow.columns.indices.map { ", $\($0 + 10)::text[]" }.joined()
      + ", $9::timestamptz[]) x (id, href, \(columns), read_at)"
    let values = { (rows: [Row<VenueKey, VenueRow>]) -> [PostgresValue] in
      let venues = rows.map(\.content)
      return [
        .text(document.source), .ints(rows.map(\.id)), .texts(venues.map(\.href)), .texts(venues.map(\.name)),
        .bools(venues.map(\.isActive)), .bools(venues.map(\.isIndoors)), .bools(venues.map(\.isStreaming)),
        .time(document.listedAt), .times(rows.map(\.readAt)),
      ] + VenueRow.columns.indices.map { column in .texts(venues.map { $0.details[column] }) }
    }
    let artistArrays =
      "unnest($1::int8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]) "
      + "x (id, name, href, description, website, read_at)"
    let artistValues = { (rows: [Row<Key, ArtistRow>]) -> [PostgresValue] in
      let artists = rows.map(\.content)
      return [
        .ints(rows.map(\.id)), .texts(rows.map(\.key.text)), .texts(artists.map(\.href)),
        .texts(artists.map(\.description)), .texts(artists.map(\.website)), .times(rows.map(\.readAt)),
      ]
    }
    return [
      Write(
        "insert into genres (id, name) select * from unnest($1::int8[], $2::text[]) x",
        [.ints(newGenres.map(\.id)), .texts(newGenres.map(\.key.text))], rows: newGenres.count),
      Write(
        """
        insert into venues (source, id, wwoz_venue_href, \(columns), listed_at, page_read_at)
        select $1, id, href, \(columns), $8::timestamptz, read_at from \(arrays)
        """, values(newVenues), rows: newVenues.count),
      Write(
        """
        update venues t set last_updated = now(), wwoz_venue_href = x.href, \(assignments(of: columns)),
          listed_at = greatest(t.listed_at, $8::timestamptz), page_read_at = greatest(t.page_read_at, x.read_at),
          changed_at = now()
        from \(arrays) where t.id = x.id and t.source = $1
        """, values(changedVenues), rows: changedVenues.count),
      Write(
        """
        insert into artists (id, name, wwoz_artist_href, description, website, page_read_at)
        select id, name, href, description, website, read_at from \(artistArrays)
        """, artistValues(newArtists), rows: newArtists.count),
      Write(
        """
        update artists t set wwoz_artist_href = x.href, description = x.description, website = x.website,
          page_read_at = greatest(t.page_read_at, x.read_at), changed_at = now()
        from \(artistArrays) where t.id = x.id
        """, artistValues(changedArtists), rows: changedArtists.count),
    ]
  }

  private func eventWrites(source: String, over stored: ExistingRows) -> [Write] {
    let columns = """
      wwoz_event_href, event_date, performance_time, artist_name, artist_id, venue_name, venue_id, description, \
      is_indoors, is_streaming, scrape_time, status
      """
    let arrays = """
      unnest($3::int8[], $4::text[], $5::date[], $6::timestamptz[], $7::text[], $8::int8[], $9::text[], $10::int8[],
        $11::text[], $12::bool[], $13::bool[], $14::timestamptz[], $15::text[], $16::text[]) x (id, \(columns), genres)
      """
    // The hash covers the source's facts only, so that it is the same in every database and run. That of a scheduled
    // event has no status, as before the source's cancellations were stored.
    let hash = """
      sha256(convert_to((jsonb_build_array(x.wwoz_event_href, x.event_date, extract(epoch from x.performance_time),
        x.artist_name, x.venue_name, x.description, x.genres)
        || case x.status when 'cancelled' then '["cancelled"]'::jsonb else '[]' end)::text, 'UTF8'))
      """
    let values = { (rows: [EventWrite]) -> [PostgresValue] in
      let events = rows.map(\.content)
      let genres = events.map { event in
        event.genres.compactMap { stored.genreNames[$0] }.sorted().joined(separator: "\n")
      }
      return [
        .text(source), .int(stored.loadID), .ints(rows.map(\.id)), .texts(rows.map(\.href.text)),
        .dates(events.map(\.date)), .times(events.map(\.time)), .texts(events.map(\.artistName)),
        .ints(events.map(\.artistID)), .texts(events.map(\.venueName)), .ints(events.map(\.venueID)),
        .texts(events.map(\.description)), .bools(events.map(\.isIndoors)), .bools(events.map(\.isStreaming)),
        .times(rows.map(\.incoming.scrapeTime)), .texts(events.map { $0.isScheduled ? "scheduled" : "cancelled" }),
        .texts(genres),
      ]
    }
    return [
      Write(
        """
        insert into events (source, load_id, content_hash, id, \(columns))
        select $1, $2, \(hash), id, \(columns) from \(arrays)
        """, values(newEvents), rows: newEvents.count),
      Write(
        """
        update events t set last_written = now(), last_updated = now(), load_id = $2, content_hash = \(hash),
          moved_from = case when t.event_date <> x.event_date then t.event_date else t.moved_from end,
          \(assignments(of: columns))
        from \(arrays) where t.id = x.id and t.source = $1
        """, values(changedEvents), rows: changedEvents.count),
      Write(
        "update events set status = 'cancelled', last_updated = now(), load_id = $2 where id = any ($1)",
        [.ints(cancelledEvents), .int(stored.loadID)], rows: cancelledEvents.count),
    ]
  }

  private func joinWrites() -> [Write] {
    let arrays = "unnest($1::int8[], $2::int8[]) x (owner, other)"
    func values(_ pairs: [Pair]) -> [PostgresValue] { [.ints(pairs.map(\.owner)), .ints(pairs.map(\.other))] }
    let relationArrays =
      "unnest($1::int8[], $2::int8[], $3::bool[], $4::bool[]) x (owner, other, from_event, from_artist)"
    func relationValues(_ relations: [Relation]) -> [PostgresValue] {
      values(relations.map(\.pair)) + [
        .bools(relations.map(\.isFromEvent)), .bools(relations.map(\.isFromArtist)),
      ]
    }
    func delete(_ table: String, _ owner: String, _ other: String, _ pairs: [Pair]) -> Write {
      Write(
        "delete from \(table) t using \(arrays) where t.\(owner) = x.owner and t.\(other) = x.other", values(pairs),
        rows: pairs.count)
    }
    func insert(_ table: String, _ owner: String, _ other: String, _ pairs: [Pair]) -> Write {
      Write("insert into \(table) (\(owner), \(other)) select * from \(arrays)", values(pairs), rows: pairs.count)
    }
    /// Inserts the missing rows; existing ones are neither written nor locked.
    func accumulate(_ table: String, _ owner: String, _ other: String, _ pairs: Set<Pair>) -> Write {
      Write(
        "insert into \(table) (\(owner), \(other)) select * from \(arrays) on conflict do nothing",
        values(pairs.sorted()), rows: pairs.isEmpty ? 0 : nil)
    }
    return [
      accumulate("venue_artists", "venue_id", "artist_id", venueArtists),
      accumulate("venue_genres", "venue_id", "genre_id", venueGenres),
      delete("artist_genres", "artist_id", "genre_id", removedArtistGenres),
      insert("artist_genres", "artist_id", "genre_id", addedArtistGenres),
      delete("event_genres", "event_id", "genre_id", removedEventGenres),
      insert("event_genres", "event_id", "genre_id", addedEventGenres),
      delete("artist_relations", "artist_id", "related_artist_id", removedRelations),
      Write(
        """
        update artist_relations t set from_event = x.from_event, from_artist = x.from_artist from \(relationArrays)
        where t.artist_id = x.owner and t.related_artist_id = x.other
        """, relationValues(changedRelations), rows: changedRelations.count),
      Write(
        """
        insert into artist_relations (artist_id, related_artist_id, from_event, from_artist)
        select * from \(relationArrays)
        """, relationValues(addedRelations), rows: addedRelations.count),
      delete("event_related_artists", "event_id", "related_artist_id", removedEventRelated),
      insert("event_related_artists", "event_id", "related_artist_id", addedEventRelated),
      Write(
        """
        update event_related_artists t set inherited = false from \(arrays)
        where t.event_id = x.owner and t.related_artist_id = x.other
        """, values(confirmedEventRelated), rows: confirmedEventRelated.count),
    ]
  }
}

/// Returns `a = x.a, b = x.b` for `a, b`.
private func assignments(of columns: String) -> String {
  columns.split(separator: ", ").map { "\($0) = x.\($0)" }.joined(separator: ", ")
}
