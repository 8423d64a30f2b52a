import APIRouting
import APISupport
import JSON
import Postgres

/// `GET /genres`: the names that the parameter `genre` takes.
struct GenresRoute {
  let database: APIDatabase

  var route: Route {
    Route("GET", "/genres", Page.parameters, maxAge: 300, "The genres of events and artists, with their next events") {
      try list($0)
    }
    .documented(EventDocumentation.genres)
  }

  private static let order = NameOrder(table: "genres", alias: "g")

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, NameOrder.kinds)
    var query = ListQuery()
    let today = query.add(.time(call.now))
    try Self.order.require(page, in: &query, database)
    let select = """
      with coming as (
        select id, artist_id, event_date from events
        where status = 'scheduled' and event_date >= (\(today) at time zone '\(EventZone.identifier)')::date),
      days as (
        select j.genre_id, e.event_date from coming e join event_genres j on j.event_id = e.id
        union all select j.genre_id, e.event_date from coming e join artist_genres j on j.artist_id = e.artist_id)
      select jsonb_build_object('name', g.name, 'next_event', d.next)::text, g.name, g.id
      from genres g
      left join (
        select genre_id, \(EventZone.day("min(event_date)")) as next from days group by genre_id) d on d.genre_id = g.id
      \(query.filter) order by \(Self.order.sql)
      """
    return try page.response(select, query, database, cursor: NameOrder.cursor)
  }
}
