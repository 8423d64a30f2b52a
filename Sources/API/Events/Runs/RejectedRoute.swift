import APIRouting
import APISupport
import JSON
import Postgres

/// `GET /rejected`: the quarantine.
struct RejectedRoute {
  let database: APIDatabase

  var route: Route {
    Route(
      "GET", "/rejected",
      [
        RouteParameter("dataset", .text(longest: 100), "Only records of this dataset").documented(example: "wwoz"),
        RouteParameter("date", .date, "Only records of work items of this day").documented(example: "2024-05-31"),
        RouteParameter("run", .text(longest: 200), "Only records that this run rejected"),
        RouteParameter(
          "state", .choice(["open", "resolved", "any"]), standard: "open",
          "open: no later document has the record; resolved: one has loaded it, or no longer lists it"),
      ] + Page.parameters, access: .keyAlways, "Records that were not loaded, with the reasons, the newest first"
    ) { try list($0) }
    .documented(RunDocumentation.rejected)
  }

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, [.integer])
    var query = ListQuery()
    if let dataset = call.text("dataset") { query.require("r.dataset = \(query.add(.text(dataset)))") }
    if let date = call.date("date") { query.require("r.event_date = \(query.add(.date(date)))") }
    if let run = call.text("run") { query.require("l.run = \(query.add(.text(run)))") }
    switch call.text("state") ?? "open" {
    case "open": query.require("r.resolved_at is null")
    case "resolved": query.require("r.resolved_at is not null")
    default: break
    }
    if let position = page.position { query.require("r.id < \(query.add(position[0]))") }
    let select = """
      select jsonb_build_object(
          'id', r.id, 'dataset', r.dataset, 'item', r.item, 'date', r.event_date, 'run', l.run, 'reason', r.reason,
          'record', r.record, 'document', r.raw_key, 'position', r.position,
          'rejected_at', \(EventZone.utc("r.rejected_at")), 'resolved_at', \(EventZone.utc("r.resolved_at")),
          'resolution', r.resolution)::text, r.id
      from rejected_records r left join loads l on l.id = r.load_id \(query.filter) order by r.id desc
      """
    return try page.response(select, query, database) { row in
      let id: Int = try row[1]
      return [.number(JSONNumber(id))]
    }
  }
}
