import APIRouting
import APISupport
import JSON
import Postgres

/// `GET /runs` and `GET /runs/{id}`: the ledger.
struct RunsRoute {
  let database: APIDatabase

  var routes: [Route] {
    [
      Route(
        "GET", "/runs",
        [
          RouteParameter("dataset", .text(longest: 100), "Only runs of this dataset").documented(example: "wwoz"),
          RouteParameter(
            "status", .choice(["running", "success", "partial", "failed"]),
            "Only runs with this status. One that was stopped is failed, with the error Aborted or TimedOut; one that "
              + "another run's lock kept from its work is not in the ledger"),
        ] + Page.parameters, access: .keyAlways, "Runs, the newest first"
      ) { try list($0) }
      .documented(RunDocumentation.runs),
      Route(
        "GET", "/runs/{id}",
        [
          .path("id", .text(longest: 200), "The run's name").documented(example: "schedule-wwoz-20240531T0600Z"),
          RouteParameter("dataset", .text(longest: 100), "The dataset, if runs of several have this name"),
        ], access: .keyAlways, "One run with its work items"
      ) { try one($0) }
      .documented(RunDocumentation.run),
    ]
  }

  private static let members = """
    'id', r.run, 'dataset', r.dataset, 'job', r.job_type, 'trigger', r.trigger, 'status', r.status,
      'started_at', \(EventZone.utc("r.started_at")), 'ended_at', \(EventZone.utc("r.ended_at")),
      'items', cardinality(r.items), 'items_loaded', r.dates_loaded, 'items_failed', (
        select count(*) from etl_failures f where f.dataset = r.dataset and f.run = r.run),
      'records_found', r.records_found, 'records_new', r.records_new, 'records_changed', r.records_changed,
      'records_unchanged', r.records_unchanged, 'records_rejected', r.records_rejected,
      'records_cancelled', r.records_cancelled, 'error', r.error, 'cause', r.cause
    """

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, [.time, .text, .text])
    var query = ListQuery()
    if let dataset = call.text("dataset") { query.require("r.dataset = \(query.add(.text(dataset)))") }
    if let status = call.text("status") { query.require("r.status = \(query.add(.text(status)))") }
    if let position = try page.position(in: "etl_runs", ["started_at", "dataset", "run"], database) {
      let parameters = position.map { query.add($0) }
      query.require("(r.started_at, r.dataset, r.run) < (\(parameters.joined(separator: ", ")))")
    }
    let select = """
      select jsonb_build_object(\(Self.members))::text, r.started_at, r.dataset, r.run
      from etl_runs r \(query.filter) order by r.started_at desc, r.dataset desc, r.run desc
      """
    return try page.response(select, query, database, written: RunCauses.readable) { row in
      let (time, dataset, run): (PostgresTime?, String, String) = (try row.time(at: 1), try row[2], try row[3])
      return [.microseconds(time), CursorText.place(of: dataset), CursorText.place(of: run)]
    }
  }

  /// The items in the run's order, each with its last load, or its failure, or neither while it is under way.
  private func one(_ call: RouteCall) throws -> APIResponse {
    let name = call.text("id") ?? ""
    let sql = """
      select jsonb_build_object(\(Self.members), 'items', array(
          select jsonb_build_object(
            'id', i.item,
            'status', case when f.item is not null then 'failed' when i.item = any (r.items_aborted) then 'aborted'
              when i.item = any (r.items_not_tried) then 'not tried' when l.item is not null then 'loaded'
              else 'open' end,
            'stage', f.stage, 'error', f.error, 'cause', f.cause,
            'loaded_at', \(EventZone.utc("l.loaded_at")), 'records_found', l.records_found,
            'records_new', l.records_new, 'records_changed', l.records_changed, 'records_unchanged', l.records_unchanged,
            'records_rejected', l.records_rejected, 'records_cancelled', l.records_cancelled,
            'pages_failed', l.pages_failed)
          from unnest(r.items) with ordinality i (item, place)
          left join etl_failures f on f.dataset = r.dataset and f.run = r.run and f.item = i.item
          left join lateral (
            select * from loads l where l.dataset = r.dataset and l.run = r.run and l.item = i.item
            order by l.id desc limit 1) l on true
          order by i.place))::text
      from etl_runs r where r.run = $1 and ($2::text is null or r.dataset = $2)
      order by r.started_at desc limit 1
      """
    return try Page.item(
      PostgresStatement(sql, [.text(name), .text(call.text("dataset"))]), database,
      ifMissing: "There is no such run; GET /runs lists them", written: RunCauses.readable)
  }
}
