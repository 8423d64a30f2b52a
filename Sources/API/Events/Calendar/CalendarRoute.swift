import APIRouting
import APISupport
import FoundationEssentials
import Postgres
import Time

/// `GET /events.ics`: events for a calendar program, which may subscribe to it.
struct CalendarRoute {
  let database: APIDatabase

  /// The most events of a calendar. Programs do not follow pages.
  private static let limit = 2000
  /// The days of a calendar without an end.
  private static let days = 30

  var route: Route {
    Route(
      "GET", "/events.ics", EventFilter.parameters, access: .keyOrPassword, maxAge: 300,
      "The same events as an iCalendar file"
    ) { try respond($0) }
    .ruled(by: EventFilter.rules).documented(EventDocumentation.calendar)
  }

  private func respond(_ call: RouteCall) throws -> APIResponse {
    var query = try EventFilter(call).query
    if call.date("to") == nil, call.date("date") == nil, call.time("starts_before") == nil {
      let from = call.date("from")
      let moment = call.time("starts_after") ?? (from == nil ? call.now : nil)
      let starts = [
        from.map { "\(query.add(.date($0)))::date" },
        moment.map { "(\(query.add(.time($0))) at time zone '\(EventZone.identifier)')::date" },
      ].compactMap { $0 }.joined(separator: ", ")
      query.require("e.event_date <= greatest(\(starts)) + \(query.add(.int(Self.days - 1)))::integer")
    }
    let statement = """
      select e.description, e.source || coalesce(nullif(e.wwoz_event_href, ''), '/' || e.id) as key, e.event_date,
        e.performance_time, e.status, e.last_written, coalesce(a.name, e.artist_name, '') as artist,
        coalesce(v.name, e.venue_name, '') as venue, nullif(coalesce(v.full_address, v.thoroughfare), '') as address,
        v.latitude::float8 as latitude, v.longitude::float8 as longitude, \(EventColumns.genres) as genres,
        \(EventColumns.url("e.source", "e.wwoz_event_href")) as url
      from \(EventColumns.tables) \(query.filter) order by \(EventFilter.order)
      """
    // Written while the connection is held: no more calendars of rows are in memory than connections.
    return try database.read { _, connection, deadline in
      let sql = Page.bounded(statement, limit: "\(Self.limit)")
      let rows = try connection.query(sql, query.values, deadline: deadline)
      let name = CalendarName.text(call, venue: try rows.first?["venue"], artist: try rows.first?["artist"])
      return try Self.response(try rows.map(Self.event), of: Page.found(rows), name: name)
    }
  }

  /// - Parameter found: the number of events that there are, at least.
  private static func response(
    _ events: [CalendarEvent], of found: Int, name: String
  ) throws(APIProblem) -> APIResponse {
    let tooLarge = APIProblem(
      422, "The calendar would have more than \(ResponseSize.most >> 20) MB: choose fewer days with from and to")
    // Fewer were read, because they fill it.
    guard found == events.count || events.count == limit else { throw tooLarge }
    let note = found > limit ? "Only the first \(limit) events: choose fewer days" : nil
    let calendar = CalendarEvent.calendar(events, name: name, note: note)
    guard calendar.count <= ResponseSize.most else { throw tooLarge }
    return APIResponse(calendar, type: "text/calendar; charset=utf-8")
  }

  /// A program shows an event without a title as nothing.
  private static func title(_ artist: String, _ venue: String) -> String {
    if artist.isEmpty { return venue.isEmpty ? "Event" : "Event at \(venue)" }
    return venue.isEmpty ? artist : "\(artist) at \(venue)"
  }

  private static func event(_ row: PostgresRow) throws -> CalendarEvent {
    let (artist, venue, status): (String, String, String) = (try row["artist"], try row["venue"], try row["status"])
    let (key, address): (String, String?) = (try row["key"], try row["address"])
    let (latitude, longitude): (Double?, Double?) = (try row["latitude"], try row["longitude"])
    var point: (Double, Double)?
    if let latitude, let longitude, latitude.magnitude <= 90, longitude.magnitude <= 180 {
      point = (latitude, longitude)
    }
    let date: PostgresDate = try row["event_date"]
    return CalendarEvent(
      uid: "\(key)@festvibes", date: date.calendarDate, start: try row["performance_time"],
      isCancelled: status == "cancelled", changedAt: try row["last_written"],
      title: title(artist, venue),
      place: venue.isEmpty ? address : address.map { "\(venue), \($0)" } ?? venue, point: point,
      description: try row["item"], genres: try row["genres"], url: try row["url"])
  }
}
