import APIRouting
import APISupport
import Postgres

/// The conditions of a request for events, as SQL over `events e`, `artists a` and `venues v`. All must hold.
struct EventFilter {
  private(set) var query = ListQuery()
  /// The distance as SQL; nil without a point.
  private(set) var distance: String?

  static let parameters =
    [
      RouteParameter("date", .date, "Only events of this local day in New Orleans (America/Chicago)").documented(
        example: "2024-05-31"),
      RouteParameter(
        "from", .date, standard: "today, unless date or starts_after is given",
        "Only events of this local day and later"
      ).documented(example: "2024-05-31"),
      RouteParameter("to", .date, "Only events of this local day and before").documented(example: "2024-06-02"),
      RouteParameter(
        "starts_after", .time,
        "Only events that begin at this moment or later. One without a known time is left out: no time is guessed"
      ).documented(example: "2024-05-31T22:00:00Z"),
      RouteParameter(
        "starts_before", .time,
        "Only events that begin at this moment or before. One without a known time is left out, as by starts_after"
      ).documented(example: "2024-06-01T08:00:00Z"),
    ] + Area.parameters + [
      RouteParameter(
        "genre", .text(longest: 100),
        "Only events that have this genre, or whose artist has it: its whole name, in any case, as in GET /genres"
      )
      .documented(example: "Brass Band"),
      RouteParameter(
        "q", .text(longest: 200),
        "Only events with this text in the artist's or venue's name or in the description, in any case"
      ).documented(example: "stooges"),
      RouteParameter("venue", .integer(1...2_147_483_647), "Only events at the venue with this id").documented(
        example: "7"),
      RouteParameter("artist", .integer(1...2_147_483_647), "Only events of the artist with this id").documented(
        example: "3"),
    ]

  static let rules =
    [
      ParameterRule.ordered("from", "to"), .exclusive("date", "from"), .exclusive("date", "to"),
      .ordered("starts_after", "starts_before"),
    ] + Area.rules

  /// - Throws: status 422 for a `near` that is no point.
  init(_ call: RouteCall) throws(APIProblem) {
    if let date = call.date("date") { query.require("e.event_date = \(query.add(.date(date)))") }
    if let from = call.date("from") {
      query.require("e.event_date >= \(query.add(.date(from)))")
    } else if call.date("date") == nil, call.time("starts_after") == nil {
      query.require("e.event_date >= (\(query.add(.time(call.now))) at time zone '\(EventZone.identifier)')::date")
    }
    if let to = call.date("to") { query.require("e.event_date <= \(query.add(.date(to)))") }
    if let time = call.time("starts_after") { query.require("e.performance_time >= \(query.add(.time(time)))") }
    if let time = call.time("starts_before") { query.require("e.performance_time <= \(query.add(.time(time)))") }
    if let area = try Area(call) {
      let distance = area.distance(in: &query, latitude: "v.latitude::float8", longitude: "v.longitude::float8")
      query.require("\(distance) <= \(query.add(.double(Double(area.radius))))")
      self.distance = distance
    }
    if let genre = call.text("genre") { query.require(Self.hasGenre(query.add(.text(genre)))) }
    if let text = call.text("q") {
      let pattern = query.add(.text(LikePattern.containing(text)))
      let texts = ["a.name", "e.artist_name", "v.name", "e.venue_name", "e.description"]
      query.require("(\(texts.map { "\($0) ilike \(pattern)" }.joined(separator: " or ")))")
    }
    if let venue = call.integer("venue") { query.require("e.venue_id = \(query.add(.int(venue)))") }
    if let artist = call.integer("artist") { query.require("e.artist_id = \(query.add(.int(artist)))") }
  }

  mutating func require(status: String) { query.require("e.status = \(query.add(.text(status)))") }

  /// Continues behind the last event of a page.
  /// - Parameter position: its day, its time and its id.
  mutating func continueBehind(_ position: [PostgresValue]) {
    let parameters = position.map { query.add($0) }
    query.require("e.event_date >= \(parameters[0])")
    query.require(
      "(\(Self.order)) > (\(parameters[0]), coalesce(\(parameters[1]), 'infinity'::timestamptz), \(parameters[2]))")
  }

  /// By day and time; events without a time are the last of their day.
  static let order = "e.event_date, coalesce(e.performance_time, 'infinity'::timestamptz), e.id"

  private static func hasGenre(_ parameter: String) -> String {
    """
    exists (
      select from genres g
      where lower(btrim(g.name)) = lower(btrim(\(parameter))) and (
        exists (select from event_genres j where j.genre_id = g.id and j.event_id = e.id)
        or exists (select from artist_genres j where j.genre_id = g.id and j.artist_id = e.artist_id)))
    """
  }
}
