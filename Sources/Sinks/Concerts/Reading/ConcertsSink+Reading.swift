import Contracts
import EventRecords
import FoundationEssentials
import Postgres
import Time

extension ConcertsDatabase {
  /// The scheduled events of a day, by their time (those without one last), then their venue's name, then their
  /// address. One round trip.
  /// - Throws: `SchemaMismatch` when the database is of another version than this program, and what stops any reading.
  public func events(on date: CalendarDate, until deadline: Deadline) throws(PipelineError) -> [EventRecord] {
    try events(in: date...date, until: deadline)[date] ?? []
  }

  /// The scheduled events of each day of a range, both ends included; days without events are there too. One round
  /// trip.
  public func events(
    in range: ClosedRange<CalendarDate>, until deadline: Deadline
  ) throws(PipelineError) -> [CalendarDate: [EventRecord]] {
    try reading(eventsStatement(range), until: deadline) { rows in
      var result = Dictionary(uniqueKeysWithValues: range.dates.map { ($0, [EventRecord]()) })
      for row in rows { result[try row["event_date"], default: []].append(try record(row)) }
      return result
    }
  }

  func eventsStatement(_ range: ClosedRange<CalendarDate>) -> PostgresStatement {
    PostgresStatement(Self.eventsQuery, [.date(range.lowerBound), .date(range.upperBound)])
  }

  /// Asks a database of this version; the first time the schema's version comes along.
  func reading<Value>(
    _ statement: PostgresStatement, until deadline: Deadline, _ take: (PostgresRows) throws -> Value
  ) throws(PipelineError) -> Value {
    try retrying(until: deadline) {
      let tooOld = PipelineError(
        .schemaMismatch, "the database is of an older version: migrate it, or load a document first")
      let results: [PostgresRows]
      do {
        results = try connection.pipeline((isMigrated ? [] : [Self.versions]) + [statement], until: deadline)
      } catch let error as PostgresError where !isMigrated && ["42P01", "42703"].contains(error.sqlState) {
        // A table or a column that is not there yet.
        throw tooOld
      }
      if !isMigrated {
        guard try pending(Migration.all, given: results.first).isEmpty else { throw tooOld }
        isMigrated = true
      }
      guard let rows = results.last else { throw PostgresError(.connectionLost, "the server gave no answer") }
      return try take(rows)
    }
  }

  func record(_ row: PostgresRow) throws -> EventRecord {
    let text = { (column: String) throws -> String in try row[column] ?? "" }
    let date: CalendarDate = try row["event_date"]
    let performanceTime: Date? = try row["performance_time"]
    let scrapeTime: Date? = try row["scrape_time"]
    let relatedNames: [String] = try row["event_related_names"]
    let relatedHrefs: [String?] = try row["event_related_hrefs"]
    let artist = EventRecord.Artist(
      name: try text("artist"), description: try text("artist_description"), genres: try row["artist_genres"],
      relatedArtists: try row["related"], href: try text("wwoz_artist_href"), website: try text("artist_website"))
    let venue = EventRecord.Venue(
      name: try text("venue"), thoroughfare: try text("thoroughfare"), phoneNumber: try text("phone_number"),
      locality: try text("locality"), state: try text("state"), postalCode: try text("postal_code"),
      fullAddress: try text("full_address"), isActive: try row["is_active"], website: try text("website"),
      href: try text("wwoz_venue_href"), eventArtist: try text("artist_name"))
    let event = EventRecord.Event(
      date: "\(date)", href: try text("wwoz_event_href"), eventArtist: try text("artist_name"), artistHref: artist.href,
      description: try text("description"),
      relatedArtists: zip(relatedNames, relatedHrefs).map { .init(name: $0, href: $1 ?? "") },
      genres: try row["genres"])
    return EventRecord(
      artist: artist, venue: venue, event: event, performanceTime: performanceTime.map { timestamp($0) },
      scrapeTime: scrapeTime.map { timestamp($0) } ?? "")
  }

  private func timestamp(_ date: Date) -> String { RFC3339.string(date, offset: zone.offset(at: date)) }

  /// Sorted by bytes, so that the order does not depend on the database's language.
  private static let eventsQuery = """
    select e.event_date, e.wwoz_event_href, e.artist_name, e.performance_time, e.scrape_time, e.description,
      coalesce(a.name, e.artist_name) as artist, a.wwoz_artist_href, a.description as artist_description,
      a.website as artist_website,
      coalesce(v.name, e.venue_name) as venue, v.thoroughfare, v.phone_number, v.locality, v.state, v.postal_code,
      v.full_address, v.is_active, v.website, v.wwoz_venue_href,
      array(
        select g.name from event_genres j join genres g on g.id = j.genre_id
        where j.event_id = e.id order by g.name collate "C") as genres,
      array(
        select g.name from artist_genres j join genres g on g.id = j.genre_id
        where j.artist_id = a.id order by g.name collate "C") as artist_genres,
      array(
        select r.name from artist_relations j join artists r on r.id = j.related_artist_id
        where j.artist_id = a.id order by r.name collate "C") as related,
      array(
        select r.name from artist_relations j join artists r on r.id = j.related_artist_id
        where j.artist_id = a.id and j.from_event order by r.name collate "C") as event_related_names,
      array(
        select r.wwoz_artist_href from artist_relations j join artists r on r.id = j.related_artist_id
        where j.artist_id = a.id and j.from_event order by r.name collate "C") as event_related_hrefs
    from events e left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id
    where e.event_date between $1 and $2 and e.status = 'scheduled'
    order by e.event_date, e.performance_time nulls last, coalesce(v.name, e.venue_name) collate "C",
      e.wwoz_event_href collate "C", e.id
    """
}
