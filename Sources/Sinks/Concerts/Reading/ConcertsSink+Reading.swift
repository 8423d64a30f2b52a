import Contracts
import EventRecords
import FoundationEssentials
import Ledger
import Postgres
import Time

/// The queries of readers. Each is one round trip, and throws `SchemaMismatch` if the database has another version, or an
/// error of the database.
extension ConcertsSink {
  /// Returns the scheduled events of a day, by time (those without one last), venue name and address.
  public func events(on date: CalendarDate, deadline: Deadline) throws(PipelineError) -> [EventRecord] {
    try events(in: date...date, deadline: deadline)[date] ?? []
  }

  /// Returns the scheduled events of each day of a range, including the days without events.
  /// - Parameter withCancelled: returns cancelled events too, each in its place. The records' `status` says which they are.
  public func events(
    in range: ClosedRange<CalendarDate>, withCancelled: Bool = false, deadline: Deadline
  ) throws(PipelineError) -> [CalendarDate: [EventRecord]] {
    try database.reading(eventsStatement(range, withCancelled: withCancelled), deadline: deadline) { rows in
      var result = Dictionary(uniqueKeysWithValues: range.dates.map { ($0, [EventRecord]()) })
      for row in rows { result[try row["event_date"], default: []].append(try record(row)) }
      return result
    }
  }

  /// Returns those of the dates that have ever been loaded, even if without events. The legacy system recorded no loads: a
  /// date with events counts.
  public func loadedDates(
    _ dates: [CalendarDate], of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> Set<CalendarDate> {
    let query = PostgresStatement(
      """
      select x.date from unnest($3::date[]) x (date)
      where exists (select from loads l where l.dataset = $1 and l.event_date = x.date)
        or exists (select from events e where e.source = $2 and e.event_date = x.date)
      """, [.text(dataset.id), .text(dataset.source), .dates(dates)])
    return try database.reading(query, deadline: deadline) { rows in
      Set(try rows.map { try $0["date"] as CalendarDate })
    }
  }

  func eventsStatement(_ range: ClosedRange<CalendarDate>, withCancelled: Bool = false) -> PostgresStatement {
    PostgresStatement(
      Self.eventsQuery, [.date(range.lowerBound), .date(range.upperBound), .bool(withCancelled)])
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
      href: try text("wwoz_venue_href"), eventArtist: try text("artist_name"),
      latitude: try coordinate(row, "latitude"), longitude: try coordinate(row, "longitude"))
    let event = EventRecord.Event(
      date: "\(date)", href: try text("wwoz_event_href"), eventArtist: try text("artist_name"), artistHref: artist.href,
      description: try text("description"),
      relatedArtists: zip(relatedNames, relatedHrefs).map { .init(name: $0, href: $1 ?? "") },
      genres: try row["genres"], status: try text("status"))
    return EventRecord(
      artist: artist, venue: venue, event: event, performanceTime: performanceTime.map { timestamp($0) },
      scrapeTime: scrapeTime.map { timestamp($0) } ?? "")
  }

  /// Returns a coordinate; nil if it is unknown, or no number.
  private func coordinate(_ row: PostgresRow, _ column: String) throws -> Double? {
    let value: Double? = try row[column]
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  private func timestamp(_ date: Date) -> String { RFC3339.string(date, offset: zone.offset(at: date)) }

  /// Sorted by bytes, so that the order does not depend on the database's locale.
  private static let eventsQuery = """
    select e.status, e.event_date, e.wwoz_event_href, e.artist_name, e.performance_time, e.scrape_time, e.description,
      coalesce(a.name, e.artist_name) as artist, a.wwoz_artist_href, a.description as artist_description,
      a.website as artist_website,
      coalesce(v.name, e.venue_name) as venue, v.thoroughfare, v.phone_number, v.locality, v.state, v.postal_code,
      v.full_address, v.is_active, v.website, v.wwoz_venue_href, v.latitude::float8, v.longitude::float8,
      array(
        select g.name from event_genres j join genres g on g.id = j.genre_id
        where j.event_id = e.id order by g.name collate "C") as genres,
      array(
        select g.name from artist_genres j join genres g on g.id = j.genre_id
        where j.artist_id = a.id order by g.name collate "C") as artist_genres,
      array(
        select r.name from (
          select related_artist_id from artist_relations where artist_id = a.id and from_artist
          union select related_artist_id from event_related_artists where event_id = e.id) j
        join artists r on r.id = j.related_artist_id order by r.name collate "C") as related,
      array(
        select r.name from event_related_artists j join artists r on r.id = j.related_artist_id
        where j.event_id = e.id order by r.name collate "C") as event_related_names,
      array(
        select r.wwoz_artist_href from event_related_artists j join artists r on r.id = j.related_artist_id
        where j.event_id = e.id order by r.name collate "C") as event_related_hrefs
    from events e left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id
    where e.event_date between $1 and $2 and (e.status = 'scheduled' or $3)
    order by e.event_date, e.performance_time nulls last, coalesce(v.name, e.venue_name) collate "C",
      e.wwoz_event_href collate "C", e.id
    """
}
