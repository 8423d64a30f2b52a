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

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, [.text, .integer])
    var query = ListQuery()
    let today = query.add(.time(call.now))
    if let position = try page.position(in: "genres", ["name", "id"], database) {
      query.require(
        "(g.name collate \"C\", g.id) > (\(query.add(position[0])) collate \"C\", \(query.add(position[1])))")
    }
    let select = """
      with coming as (
        select id, artist_id, event_date from events
        where status = 'scheduled' and event_date >= (\(today) at time zone '\(EventZone.identifier)')::date),
      days as (
        select j.genre_id, e.event_date from coming e join event_genres j on j.event_id = e.id
        union all select j.genre_id, e.event_date from coming e join artist_genres j on j.artist_id = e.artist_id)
      select jsonb_build_object('name', g.name, 'next_event', d.next)::text, g.name, g.id
      from genres g
      left join (select genre_id, \(EventZone.day("min(event_date)")) as next from days group by genre_id) d on d.genre_id = g.id
      \(query.filter) order by g.name collate "C", g.id
      """
    return try page.response(select, query, database) { row in
      let (name, id): (String, Int) = (try row[1], try row[2])
      return [CursorText.place(of: name), .number(JSONNumber(id))]
    }
  }
}
