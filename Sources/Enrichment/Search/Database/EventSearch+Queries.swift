import Contracts
import Ledger
import Postgres
import Time

extension EventSearch {
  /// Runs a query on a database of this program's version.
  func reading<Value>(
    _ statement: PostgresStatement, _ deadline: Deadline, _ take: (PostgresRows) throws -> Value
  ) throws(SearchError) -> Value {
    do throws(PipelineError) { return try database.reading(statement, deadline: deadline, take) } catch {
      throw .database(error)
    }
  }

  /// - Throws: `extensionMissing` or `functionsMissing`.
  func checkFunctions(deadline: Deadline) throws(SearchError) {
    let query = PostgresStatement(
      """
      select exists (select from pg_extension where extname = 'vector') as extension,
        (select count(*) from pg_proc p
          where p.proname in ('search_events', 'similar_artists') and pg_function_is_visible(p.oid)) >= 2 as functions
      """)
    let (hasExtension, hasFunctions): (Bool, Bool) = try reading(query, deadline) { rows in
      guard let row = rows.first else { return (false, false) }
      return (try row["extension"], try row["functions"])
    }
    guard hasExtension else { throw .extensionMissing }
    guard hasFunctions else { throw .functionsMissing }
  }

  /// - Throws: `nothingEmbedded`.
  func checkVectors(deadline: Deadline) throws(SearchError) {
    let query = PostgresStatement(
      "select exists (select from events where event_text_embedding is not null and source = $1) as embedded",
      [.text(source)])
    guard try reading(query, deadline, { try $0.first.map { try $0["embedded"] as Bool } ?? false }) else {
      throw .nothingEmbedded
    }
  }

  /// Returns a sentence if events from a day on have vectors of another model than the question: their cosines mean little.
  /// Vectors of a former database have no version, and are of the same model.
  func otherModels(
    than version: String, from today: CalendarDate, deadline: Deadline
  ) throws(SearchError) -> [String] {
    let query = PostgresStatement(
      """
      select embedding_model as model from events
      where source = $1 and event_date >= $2 and event_text_embedding is not null and embedding_model <> $3 limit 1
      """, [.text(source), .date(today), .text(version)])
    guard let other: String = try reading(query, deadline, { try $0.first?["model"] }) else { return [] }
    return [
      "Events have vectors of the model \(other), and the question one of \(version): how near they are in meaning says "
        + "little. The next enrichment embeds the events again, with its own model."
    ]
  }

  /// Reads the names that a question may have.
  func knownNames(deadline: Deadline) throws(SearchError) -> KnownNames {
    let venues = try reading(
      PostgresStatement(
        """
        select id, name, thoroughfare, locality, latitude is not null and longitude is not null as located
        from venues where source = $1 order by id
        """, [.text(source)]), deadline
    ) { rows in
      try rows.map {
        KnownNames.Venue(
          id: try $0["id"], name: try $0["name"], thoroughfare: try $0["thoroughfare"], locality: try $0["locality"],
          isLocated: try $0["located"])
      }
    }
    let artists = try reading(PostgresStatement("select id, name from artists order by id limit 200000"), deadline) {
      try $0.map { KnownNames.Artist(id: try $0["id"], name: try $0["name"]) }
    }
    let genres = try reading(PostgresStatement("select name from genres order by name"), deadline) {
      try $0.map { try $0["name"] as String }
    }
    return KnownNames(venues: venues, artists: artists, genres: genres)
  }

  /// Returns the events that meet the criteria.
  /// - Parameter vector: pgvector's form of the question's vector; nil without a text to compare.
  func found(
    _ criteria: Criteria, _ vector: String?, _ limit: Int, _ deadline: Deadline
  ) throws(SearchError) -> [FoundEvent] {
    let place = criteria.place
    let statement = PostgresStatement(
      Self.eventQuery,
      [
        .text(vector), .date(criteria.days.from), .date(criteria.days.to),
        criteria.days.weekdays.map { .ints($0.sorted()) } ?? .text(nil), .int(criteria.hours?.from),
        .int(criteria.hours?.to), .bool(criteria.hours?.isRequired ?? false), .double(place?.point?.latitude),
        .double(place?.point?.longitude), place.map { $0.venues.isEmpty ? .text(nil) : .ints($0.venues) } ?? .text(nil),
        .double(place?.within), criteria.genres.isEmpty ? .text(nil) : .texts(criteria.genres),
        .texts(criteria.likedGenres), .ints(criteria.artists), .text(criteria.words), .int(limit), .text(source),
        .text(zone),
      ])
    return try reading(statement, deadline) { rows in try rows.map(Self.event) }
  }

  private static let eventQuery = """
    select s.*, e.event_date, to_char(e.performance_time at time zone $18, 'HH24:MI') as local_time,
      coalesce(nullif(e.artist_name, ''), a.name, '') as artist, coalesce(v.name, e.venue_name, '') as venue,
      coalesce(v.full_address, v.thoroughfare) as address, e.wwoz_event_href,
      array(
        select g.name from genres g
        where g.id in (
          select j.genre_id from event_genres j where j.event_id = e.id
          union select j.genre_id from artist_genres j where j.artist_id = e.artist_id)
        order by g.name collate "C") as genres
    from search_events(
        $1::vector, $2, $3, $4::integer[], make_interval(mins => $5::integer), make_interval(mins => $6::integer), $7,
        $8, $9, $10::integer[], $11, $12::text[], $13, $14::integer[], $15, $16::integer, $17, $18)
      with ordinality s
      join events e on e.id = s.event_id
      left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id
    order by s.ordinality
    """

  private static func event(_ row: PostgresRow) throws -> FoundEvent {
    FoundEvent(
      id: try row["event_id"], date: try row["event_date"], time: try row["local_time"], artist: try row["artist"],
      venue: try row["venue"], address: try row["address"], genres: try row["genres"], href: try row["wwoz_event_href"],
      distance: try row["distance_m"], score: try row["score"],
      parts: FoundEvent.Parts(
        meaning: try row["meaning"], text: try row["text_similarity"], description: try row["description_similarity"],
        artist: try row["artist_similarity"], venue: try row["venue_similarity"], genre: try row["genre_similarity"],
        words: try row["word_match"], genres: try row["genre_match"], names: try row["name_match"],
        time: try row["time_fit"], date: try row["date_fit"], place: try row["place_fit"]),
      matchedWords: try row["matched_words"])
  }

  /// The first scheduled event of any of the artists.
  func nextEvent(
    of artists: [Int], from day: CalendarDate, deadline: Deadline
  ) throws(SearchError) -> (date: CalendarDate, venue: String)? {
    let query = PostgresStatement(
      """
      select e.event_date, coalesce(v.name, e.venue_name, '') as venue
      from events e left join venues v on v.id = e.venue_id
      where e.artist_id = any ($1::integer[]) and e.event_date >= $2 and e.status = 'scheduled' and e.source = $3
      order by e.event_date, e.performance_time nulls last, e.id limit 1
      """, [.ints(artists), .date(day), .text(source)])
    return try reading(query, deadline) { rows in try rows.first.map { (try $0["event_date"], try $0["venue"]) } }
  }
}
