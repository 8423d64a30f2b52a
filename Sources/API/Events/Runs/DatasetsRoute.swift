import APIRouting
import APISupport
import JSON
import Postgres

/// `GET /datasets`: what the ledger knows of each dataset. One that was never run has no data, and is not there.
struct DatasetsRoute {
  let database: APIDatabase

  var route: Route {
    Route(
      "GET", "/datasets", Page.parameters, access: .keyAlways, "The datasets that were run, with their last runs"
    ) { try list($0) }
    .documented(RunDocumentation.datasets)
  }

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, [.text])
    var query = ListQuery()
    if let position = try page.position(in: "etl_runs", ["dataset"], database) {
      query.require("d.dataset > \(query.add(position[0]))")
    }
    let select = """
      select jsonb_build_object(
          'id', d.dataset, 'last_run', r.run, 'last_status', r.status,
          'last_started_at', \(EventZone.utc("r.started_at")),
          'last_success_at', (
            select \(EventZone.utc("max(s.ended_at)")) from etl_runs s
            where s.dataset = d.dataset and s.status = 'success'),
          'last_loaded_at', (select \(EventZone.utc("max(l.loaded_at)")) from loads l where l.dataset = d.dataset),
          'runs', (select count(*) from etl_runs s where s.dataset = d.dataset),
          'open_rejections', (
            select count(*) from rejected_records x where x.dataset = d.dataset and x.resolved_at is null))::text,
        d.dataset
      from (select distinct dataset from etl_runs) d
      cross join lateral (
        select run, status, started_at from etl_runs r where r.dataset = d.dataset order by started_at desc limit 1) r
      \(query.filter) order by d.dataset
      """
    return try page.response(select, query, database) { row in
      let dataset: String = try row[1]
      return [CursorText.place(of: dataset)]
    }
  }
}
