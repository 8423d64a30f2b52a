import APIRouting
import APISupport
import JSON
import Postgres

/// `GET /artists`.
struct ArtistsRoute {
  let database: APIDatabase

  var route: Route {
    Route(
      "GET", "/artists",
      [
        RouteParameter("q", .text(longest: 200), "Only artists with this text in the name, in any case").documented(
          example: "stooges"),
        RouteParameter(
          "genre", .text(longest: 100), "Only artists with this genre: its whole name, in any case, as in GET /genres"
        ).documented(example: "Brass Band"),
      ] + Page.parameters, maxAge: 300, "Artists, with their genres and next events"
    ) { try list($0) }
    .documented(EventDocumentation.artists)
  }

  /// An artist has no source: what two sources have under one name is one row. WWOZ has paths, others have whole addresses.
  private static let url = """
    case when a.wwoz_artist_href like '/%' then 'https://www.wwoz.org' else '' end || nullif(a.wwoz_artist_href, '')
    """

  private static let order = NameOrder(table: "artists", alias: "a")

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, NameOrder.kinds)
    var query = ListQuery()
    if let text = call.text("q") { query.require("a.name ilike \(query.add(.text(LikePattern.containing(text))))") }
    if let genre = call.text("genre") {
      query.require(
        """
        exists (
          select from artist_genres j join genres g on g.id = j.genre_id
          where j.artist_id = a.id and lower(btrim(g.name)) = lower(btrim(\(query.add(.text(genre))))))
        """)
    }
    let today = query.add(.time(call.now))
    try Self.order.require(page, in: &query, database)
    let select = """
      select jsonb_build_object(
          'id', a.id, 'name', a.name, 'description', nullif(a.description, ''), 'website', nullif(a.website, ''),
          'url', \(Self.url),
          'genres', array(
            select g.name from artist_genres j join genres g on g.id = j.genre_id
            where j.artist_id = a.id order by g.name collate "C"),
          'related_artists', array(
            select r.name from artist_relations j join artists r on r.id = j.related_artist_id
            where j.artist_id = a.id order by r.name collate "C"),
          'next_event', (
            select \(EventZone.day("min(e.event_date)")) from events e
            where e.artist_id = a.id and e.status = 'scheduled'
              and e.event_date >= (\(today) at time zone '\(EventZone.identifier)')::date))::text, a.name, a.id
      from artists a \(query.filter) order by \(Self.order.sql)
      """
    return try page.response(select, query, database, cursor: NameOrder.cursor)
  }
}
