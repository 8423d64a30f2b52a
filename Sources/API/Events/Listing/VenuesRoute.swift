import APIRouting
import APISupport
import JSON
import Postgres

/// `GET /venues`.
struct VenuesRoute {
  let database: APIDatabase

  var route: Route {
    Route(
      "GET", "/venues",
      [
        RouteParameter("q", .text(longest: 200), "Only venues with this text in the name or the address, in any case")
          .documented(example: "maple leaf")
      ] + Area.parameters + Page.parameters, maxAge: 300, "Places where events are"
    ) { try list($0) }
    .ruled(by: Area.rules).documented(EventDocumentation.venues)
  }

  private static let order = NameOrder(table: "venues", alias: "v")

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, NameOrder.kinds)
    var query = ListQuery()
    var distance: String?
    if let area = try Area(call) {
      let sql = area.distance(in: &query, latitude: "v.latitude::float8", longitude: "v.longitude::float8")
      query.require("\(sql) <= \(query.add(.double(Double(area.radius))))")
      distance = sql
    }
    if let text = call.text("q") {
      let pattern = query.add(.text(LikePattern.containing(text)))
      query.require("(v.name ilike \(pattern) or v.full_address ilike \(pattern) or v.thoroughfare ilike \(pattern))")
    }
    let today = query.add(.time(call.now))
    try Self.order.require(page, in: &query, database)
    let select = """
      select (jsonb_build_object(
          'id', v.id, 'source', v.source, 'name', v.name,
          'address', nullif(coalesce(v.full_address, v.thoroughfare), ''),
          'street', nullif(v.thoroughfare, ''), 'city', nullif(v.locality, ''), 'state', nullif(v.state, ''),
          'postal_code', nullif(v.postal_code, ''), 'phone', nullif(v.phone_number, ''),
          'website', nullif(v.website, ''), 'url', \(EventColumns.url("v.source", "v.wwoz_venue_href")),
          'latitude', v.latitude::float8, 'longitude', v.longitude::float8, 'is_active', v.is_active,
          'next_event', (
            select \(EventZone.day("min(e.event_date)")) from events e
            where e.venue_id = v.id and e.status = 'scheduled'
              and e.event_date >= (\(today) at time zone '\(EventZone.identifier)')::date))
        \(distance.map(EventColumns.member) ?? ""))::text, v.name, v.id
      from venues v \(query.filter) order by \(Self.order.sql)
      """
    return try page.response(select, query, database, cursor: NameOrder.cursor)
  }
}
