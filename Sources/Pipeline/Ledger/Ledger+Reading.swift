import Contracts
import FoundationEssentials
import Postgres
import Time

/// The queries of operators. Each throws `SchemaMismatch` if the database has another version, or an error of the database.
extension Ledger {
  /// Returns the last runs, newest first.
  public func runs(of dataset: Dataset, last count: Int, deadline: Deadline) throws(PipelineError) -> [RunRecord] {
    try database.reading(Self.runs(dataset.id, last: count), deadline: deadline) { try $0.map(Self.run) }
  }

  /// Returns a run and its items, sorted; nil if the ledger has no such run.
  public func run(
    named name: String, of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> (record: RunRecord, items: [RunItem])? {
    guard
      let record = try database.reading(
        Self.runs(dataset.id, named: name), deadline: deadline, { try $0.first.map(Self.run) })
    else { return nil }
    let earlier = try database.reading(Self.earlierRuns(dataset.id, name), deadline: deadline) {
      try $0.map(Self.recordCounts)
    }
    let warnings = try database.reading(Self.warnings(dataset.id, name), deadline: deadline) {
      try $0.map(Self.warning)
    }
    return (Self.compared(record, to: earlier, warnings), try items(ofRun: name, of: dataset, deadline: deadline))
  }

  /// Returns the items of a run, sorted; none if the ledger has no such run.
  public func items(
    ofRun name: String, of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> [RunItem] {
    try database.reading(
      PostgresStatement(Self.itemsQuery, [.text(dataset.id), .text(name)]), deadline: deadline
    ) { try $0.map(Self.runItem) }
  }

  /// Returns the ids of the items that a run has loaded, also of a run without a row of its own.
  public func loadedItems(
    ofRun run: String, in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> Set<String> {
    let query = PostgresStatement(
      "select distinct item from loads where dataset = $1 and run = $2", [.text(dataset.id), .text(run)])
    return try database.reading(query, deadline: deadline) { rows in Set(try rows.map { try $0["item"] as String }) }
  }

  /// Returns the freshness of each item, in the order given.
  public func freshness(
    of items: [WorkItem], in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> [ItemFreshness] {
    let values: [PostgresValue] = [.text(dataset.id), .texts(items.map(\.id)), .dates(items.map(\.date))]
    return try database.reading(PostgresStatement(Self.freshnessQuery, values), deadline: deadline) { rows in
      try rows.map { row in
        ItemFreshness(
          item: try Self.item(row), loadedAt: try row["loaded_at"], run: try row["run"],
          openRejections: try row["open_rejections"], failure: try Self.failure(row),
          failedRun: try row["failed_run"], listedAt: try row["listed_at"], pages: try Self.pages(row),
          isEmpty: try row["is_empty"] ?? false, isCovered: try row["is_covered"], cachedAt: try row["cached_at"],
          expiresAt: try row["expires_at"])
      }
    }
  }

  /// Returns rejected records, by item, document and position.
  /// - Parameters:
  ///   - item: the id of the item whose records are returned; nil for all items.
  ///   - run: the run whose rejections are returned, open or resolved; nil for the open ones of any run.
  public func rejections(
    of dataset: Dataset, item: String? = nil, ofRun run: String? = nil, deadline: Deadline
  ) throws(PipelineError) -> [QuarantinedRecord] {
    let values: [PostgresValue] = [.text(dataset.id), .text(item), .text(run)]
    return try database.reading(PostgresStatement(Self.rejectionsQuery, values), deadline: deadline) { rows in
      try rows.map { row in
        let resolvedAt: Date? = try row["resolved_at"]
        return QuarantinedRecord(
          item: try Self.item(row), rawKey: try row["raw_key"], run: try row["run"], position: try row["position"],
          reason: try row["reason"], href: try row["href"], record: try row["record"],
          rejectedAt: try row["rejected_at"],
          resolution: try resolvedAt.map {
            .init(
              kind: try row["resolution"], at: $0, rawKey: try row["resolved_by_key"], run: try row["resolved_by_run"])
          })
      }
    }
  }
}
