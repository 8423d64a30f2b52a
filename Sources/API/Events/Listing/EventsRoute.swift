import APIRouting
import APISupport
import JSON
import Postgres

/// `GET /events` and `GET /events/{id}`.
struct EventsRoute {
  let database: APIDatabase

  var routes: [Route] {
    [
      Route(
        "GET", "/events",
        EventFilter.parameters + [
          RouteParameter(
            "status", .choice(["scheduled", "cancelled", "any"]), standard: "scheduled", "The status of the events")
        ] + Page.parameters, maxAge: 60, "Events by day, place, genre and text"
      ) { try list($0) }
      .ruled(by: EventFilter.rules).documented(EventDocumentation.events),
      Route(
        "GET", "/events/{id}", [.path("id", .integer(1...2_147_483_647), "The event's id").documented(example: "12")],
        maxAge: 60, "One event"
      ) { try one($0) }
      .documented(EventDocumentation.event),
    ]
  }

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, [.date, .optional(.time), .integer])
    var filter = try EventFilter(call)
    let status = call.text("status") ?? "scheduled"
    if status != "any" { filter.require(status: status) }
    if let position = page.position { filter.continueBehind(position) }
    let select = """
      select \(EventColumns.json(distance: filter.distance)), e.event_date, e.performance_time, e.id
      from \(EventColumns.tables) \(filter.query.filter) order by \(EventFilter.order)
      """
    return try page.response(select, filter.query, database) { row in
      let (date, time, id): (PostgresDate, PostgresTime?, Int) = (try row[1], try row.time(at: 2), try row[3])
      return [.days(date), .microseconds(time), .number(JSONNumber(id))]
    }
  }

  private func one(_ call: RouteCall) throws -> APIResponse {
    let id = call.integer("id") ?? 0
    return try Page.item(
      PostgresStatement(
        "select \(EventColumns.json(withDetails: true)) from \(EventColumns.tables) where e.id = $1", [.int(id)]),
      database, ifMissing: "There is no event \(id)")
  }
}
