import FoundationEssentials
import JSON
import Postgres
import Time

/// The state of a source, which is a dataset: its runs in the ledger, and its checkpoint if it has one.
struct SourceState: Sendable {
  let name: String
  /// The kind that the checkpoint names; nil for a dataset without one.
  let kind: String?
  /// The status of the last run: running, success, partial or failed.
  let status: String
  /// The status of the last run that has ended; nil before its end.
  let lastOutcome: String?
  let lastRunAt: Date?
  /// The end of the last run whose status is success, as in the ledger and in system 003: a partial run does not count.
  let lastSuccessAt: Date?
  let lastFailureAt: Date?
  let checkpoint: String?
  let runs: Int
  let successes: Int
  let recordsProcessed: Int
  let lastRecordsProcessed: Int
  /// The name of the last run's error. Its message is for operators: this is shown to everybody.
  let error: String?

  /// A source has failed if its last finished run has; one that loaded a part of its items has not.
  var hasFailed: Bool { lastOutcome == "failed" }
  var hasSucceeded: Bool { lastOutcome == "success" }

  /// The outcome of a run. One whose items have all failed is partial in the ledger, because each was tried.
  private static let outcome = "case when status = 'partial' and dates_loaded = 0 then 'failed' else status end"

  static let query = """
    select d.dataset, c.source_type, r.status, e.status as outcome, r.started_at as last_run_at, s.last_success_at,
      s.last_failure_at, c.checkpoint_value::text as checkpoint_value, s.runs, s.successes, s.processed,
      coalesce(e.records_found, 0) as last_processed,
      case when r.status = 'failed' then coalesce(e.error, (
        select f.error from etl_failures f where f.dataset = d.dataset and f.run = e.run
        order by f.failed_at desc limit 1)) end as error
    from (select distinct dataset from etl_runs) d
    cross join lateral (
      select \(outcome) as status, started_at from etl_runs r where r.dataset = d.dataset
      order by started_at desc limit 1) r
    left join lateral (
      select run, \(outcome) as status, records_found, error from etl_runs e
      where e.dataset = d.dataset and e.status <> 'running' order by started_at desc limit 1) e on true
    cross join lateral (
      select count(*) filter (where x.status <> 'running') as runs,
        count(*) filter (where x.status = 'success') as successes,
        coalesce(sum(records_found), 0)::bigint as processed,
        max(ended_at) filter (where x.status = 'success') as last_success_at,
        max(ended_at) filter (where x.status = 'failed') as last_failure_at
      from (
        select \(outcome) as status, records_found, ended_at from etl_runs s where s.dataset = d.dataset) x) s
    left join lateral (
      select source_type, checkpoint_value from etl_checkpoints c where c.source_name = d.dataset limit 1) c on true
    order by d.dataset
    """

  init(_ row: PostgresRow) throws {
    name = try row["dataset"]
    kind = try row["source_type"]
    status = try row["status"]
    lastOutcome = try row["outcome"]
    lastRunAt = try row["last_run_at"]
    lastSuccessAt = try row["last_success_at"]
    lastFailureAt = try row["last_failure_at"]
    checkpoint = try row["checkpoint_value"]
    runs = try row["runs"]
    successes = try row["successes"]
    recordsProcessed = try row["processed"]
    lastRecordsProcessed = try row["last_processed"]
    error = try row["error"]
  }

  static func all(_ connection: PostgresConnection, _ deadline: Deadline) throws -> [SourceState] {
    try connection.query(query, deadline: deadline).map { try SourceState($0) }
  }

  /// The entry of `/health`.
  var json: JSONValue {
    [
      "source_type": .init(text: kind), "source_name": .string(name), "status": .string(status),
      "last_run_at": .init(time: lastRunAt), "last_success_at": .init(time: lastSuccessAt),
      "last_failure_at": .init(time: lastFailureAt), "checkpoint_value": .init(text: checkpoint),
      "total_records_processed": .number(JSONNumber(recordsProcessed)),
      "last_records_processed": .number(JSONNumber(lastRecordsProcessed)), "error_message": .init(text: error),
    ]
  }
}

extension JSONValue {
  /// The text; null for nil.
  init(text: String?) { self = text.map { .string($0) } ?? .null }

  /// The time in UTC; null for nil.
  init(time: Date?) { self = time.map { .string(RFC3339.utc($0)) } ?? .null }
}
