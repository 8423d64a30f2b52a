import FoundationEssentials
import JSON
import Postgres
import Time

/// The items of one kind, source and category.
struct ItemGroup: Sendable {
  let kind: String
  let source: String
  let category: String?
  let count: Int
  let active: Int

  static func all(_ table: ItemTable, _ connection: PostgresConnection, _ deadline: Deadline) throws -> [ItemGroup] {
    let category = table.sql("category", or: "text")
    let status = table.sql("status", or: "text")
    let sql = """
      select source_type, source_name, \(category), count(*), count(*) filter (where \(status) = 'active')
      from \(ItemTable.name) group by 1, 2, 3
      """
    return try connection.query(sql, deadline: deadline).map {
      ItemGroup(kind: try $0[0], source: try $0[1], category: try $0[2], count: try $0[3], active: try $0[4])
    }
  }
}

/// A run for the list of recent ones.
struct RecentRun: Sendable {
  let json: JSONValue

  /// The most that a request may ask for.
  static let most = 100

  static func all(_ connection: PostgresConnection, _ deadline: Deadline) throws -> [RecentRun] {
    let sql = """
      select r.run, r.dataset, r.status, r.started_at, r.ended_at, coalesce(r.records_found, 0),
        coalesce(r.records_loaded, 0), coalesce(r.records_rejected, 0),
        (select source_type from etl_checkpoints c where c.source_name = r.dataset limit 1)
      from etl_runs r order by r.started_at desc, r.dataset, r.run limit \(most)
      """
    return try connection.query(sql, deadline: deadline).map { row in
      let found: Int = try row[5]
      let loaded: Int = try row[6]
      let rejected: Int = try row[7]
      return RecentRun(json: [
        "run_id": .string(try row[0]), "source_type": .init(text: try row[8]), "source_name": .string(try row[1]),
        "status": .string(try row[2]), "started_at": .init(time: try row[3]), "completed_at": .init(time: try row[4]),
        "records_extracted": .number(JSONNumber(found)), "records_loaded": .number(JSONNumber(loaded)),
        "records_failed": .number(JSONNumber(rejected)),
      ])
    }
  }

  /// The average time of successful runs, in seconds; nil without any.
  static func averageDuration(_ connection: PostgresConnection, _ deadline: Deadline) throws -> Double? {
    let sql = """
      select avg(extract(epoch from ended_at - started_at))::float8 from etl_runs
      where status = 'success' and isfinite(started_at) and isfinite(ended_at)
      """
    return try connection.query(sql, deadline: deadline).first.flatMap { try $0[0] }
  }
}

/// The numbers of `/stats`.
struct Stats: Sendable {
  let items: [ItemGroup]
  let sources: [SourceState]
  let runs: [RecentRun]
  let averageDuration: Double?
  let readAt: Date

  func json(limit: Int) -> JSONValue {
    let entries = sourceEntries
    return [
      "timestamp": .init(time: readAt), "total_records": number(items.reduce(0) { $0 + $1.count }),
      "total_sources": number(entries.count),
      "active_sources": number(sources.count { $0.lastOutcome != nil && !$0.hasFailed }),
      "records_by_source_type": counts(by: \.kind), "records_by_category": counts { $0.category ?? "" },
      "source_statistics": .array(entries), "recent_runs": .array(runs.prefix(limit).map(\.json)),
      "last_etl_success": .init(time: sources.compactMap(\.lastSuccessAt).max()),
      "last_etl_failure": .init(time: sources.compactMap(\.lastFailureAt).max()),
      "avg_etl_duration_seconds": averageDuration.flatMap { Self.rounded($0, to: 100) } ?? .null,
    ]
  }

  /// The sources that have runs or items: an item's source is the dataset of its name.
  private var sourceEntries: [JSONValue] {
    // By bytes, as the database has them: to Swift `é` is equal to `e` with an accent.
    let states = Dictionary(sources.map { (Array($0.name.utf8), $0) }) { first, _ in first }
    let groups = Dictionary(grouping: items) { Array($0.source.utf8) }
    let names = Set(states.keys).union(groups.keys).sorted { $0.lexicographicallyPrecedes($1) }
    return names.map { name in
      let (state, own) = (states[name], groups[name] ?? [])
      let runs = state?.runs ?? 0
      let (share, records) = (Double(state?.successes ?? 0) * 100, Double(state?.recordsProcessed ?? 0))
      return [
        "source_type": .init(text: own.first?.kind ?? state?.kind),
        "source_name": .string(String(decoding: name, as: UTF8.self)),
        "total_records": number(own.reduce(0) { $0 + $1.count }),
        "active_records": number(own.reduce(0) { $0 + $1.active }),
        "last_run_at": .init(time: state?.lastRunAt), "last_success_at": .init(time: state?.lastSuccessAt),
        "last_failure_at": .init(time: state?.lastFailureAt), "total_runs": number(runs),
        "success_rate": runs == 0 ? 0 : Self.rounded(share / Double(runs), to: 10) ?? .null,
        "avg_records_per_run": runs == 0 ? 0 : Self.rounded(records / Double(runs), to: 10) ?? .null,
      ]
    }
  }

  /// Items without a value are under the empty name.
  private func counts(by name: (ItemGroup) -> String) -> JSONValue {
    var sums: [[UInt8]: Int] = [:]
    for item in items { sums[Array(name(item).utf8), default: 0] += item.count }
    let members = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    return .object(JSONObject(unique: members.map { (String(decoding: $0.key, as: UTF8.self), number($0.value)) }))
  }

  private func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

  private static func rounded(_ value: Double, to parts: Double) -> JSONValue? {
    JSONNumber((value * parts).rounded() / parts).map { .number($0) }
  }
}
