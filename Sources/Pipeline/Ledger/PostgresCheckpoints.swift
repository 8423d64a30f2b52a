import Contracts
import FoundationEssentials
import Postgres
import Time

/// The checkpoints in the table `etl_checkpoints`, in the ledger's database.
public final class PostgresCheckpoints: CheckpointStore {
  private let database: Database

  public init(_ database: Database) { self.database = database }

  /// - Throws: besides the errors of `CheckpointStore`, `SchemaMismatch` if the database has another version.
  public func states(
    of names: [CheckpointName], deadline: Deadline
  ) throws(PipelineError) -> [CheckpointName: CheckpointState] {
    guard !names.isEmpty else { return [:] }
    let query = PostgresStatement(
      """
      select x.n, c.* from unnest($1::text[], $2::text[]) with ordinality x (type, name, n)
      join etl_checkpoints c on c.source_type = x.type and c.source_name = x.name
      """, [.texts(names.map(\.sourceType)), .texts(names.map(\.sourceName))])
    return try database.reading(query, deadline: deadline) { rows in
      var states: [CheckpointName: CheckpointState] = [:]
      for row in rows {
        let number: Int = try row["n"]
        let name = names[number - 1]
        states[name] = try CheckpointState(row, name)
      }
      return states
    }
  }

  /// - Throws: as `states`.
  @discardableResult
  public func update(
    _ name: CheckpointName, deadline: Deadline, _ change: (inout CheckpointState) -> Void
  ) throws(PipelineError) -> CheckpointState {
    try database.migrate(deadline: deadline)
    return try database.retrying(deadline: deadline) {
      try database.connection.transaction(deadline: deadline) {
        try database.updateCheckpointInTransaction(name, deadline: deadline) { state, _ in change(&state) }
      }
    }
  }

  /// - Throws: as `states`, but for `StorageCorrupt`.
  public func reset(_ name: CheckpointName, deadline: Deadline) throws(PipelineError) -> Checkpoint? {
    let statement = PostgresStatement(
      """
      update etl_checkpoints c set checkpoint_type = null, checkpoint_value = null
      from (
        select source_type, source_name, checkpoint_type, checkpoint_value from etl_checkpoints
        where source_type = $1 and source_name = $2 for update
      ) old
      where c.source_type = old.source_type and c.source_name = old.source_name
      returning old.checkpoint_type as type, old.checkpoint_value as value
      """, [.text(name.sourceType), .text(name.sourceName)])
    return try database.reading(statement, deadline: deadline) { rows in
      guard let row = rows.first, let value: String = try row["value"], let type: String = try row["type"] else {
        return nil
      }
      return Checkpoint.Kind(rawValue: type).flatMap { try? Checkpoint(value, $0) }
    }
  }
}

extension Database {
  /// Changes the state of a checkpoint in the current transaction, which holds its row to its end.
  /// - Parameter change: takes the stored state, and the time of the transaction.
  /// - Returns: the state as it is stored when the transaction ends.
  /// - Throws: `StorageCorrupt` for a row that cannot be read.
  @discardableResult
  func updateCheckpointInTransaction(
    _ name: CheckpointName, deadline: Deadline, _ change: (inout CheckpointState, _ now: Date) -> Void
  ) throws -> CheckpointState {
    let key: [PostgresValue] = [.text(name.sourceType), .text(name.sourceName)]
    let rows = try connection.pipeline(
      [
        // There is a row to lock then: two first loads of an item wait for each other, too.
        PostgresStatement(
          """
          insert into etl_checkpoints (source_type, source_name) values ($1, $2)
          on conflict (source_type, source_name) do nothing
          """, key),
        PostgresStatement(
          "select *, now() as now from etl_checkpoints where source_type = $1 and source_name = $2 for update", key),
      ], deadline: deadline)
    guard let row = rows.last?.first else {
      throw PipelineError(.databaseConflict, "the checkpoint \(name) was deleted while it was written")
    }
    var state = try CheckpointState(row, name)
    let stored = state
    change(&state, try row["now"])
    guard state != stored else { return state }
    // A row of another dataset keeps what system 003 may have there.
    let series = state.series.isEmpty ? nil : try JSONEncoder.sorted.encode(["series": state.series])
    try connection.pipeline(
      [
        PostgresStatement(
          """
          update etl_checkpoints
          set checkpoint_type = $3, checkpoint_value = $4, last_run_at = $5, last_success_at = $6, last_failure_at = $7,
            total_runs = $8, total_records_processed = $9, last_records_processed = $10, status = $11,
            error_message = $12, last_run = $13, last_document = $14\(series == nil ? "" : ", checkpoint_data = $15::jsonb")
          where source_type = $1 and source_name = $2
          """,
          key + [
            .text(state.checkpoint?.type.rawValue), .text(state.checkpoint?.value), .time(state.lastRunAt),
            .time(state.lastSuccessAt), .time(state.lastFailureAt), .int(state.totalRuns), .int(state.totalRecords),
            .int(state.lastRecords), .text(state.status?.rawValue), .text(state.errorMessage), .text(state.lastRun),
            .text(state.lastDocument),
          ] + (series.map { [.text(String(decoding: $0, as: UTF8.self))] } ?? []))
      ], deadline: deadline)
    return state
  }
}

extension CheckpointState {
  /// Reads a row.
  /// - Throws: `StorageCorrupt` for a checkpoint that is none, or whose type this program does not know.
  fileprivate init(_ row: PostgresRow, _ name: CheckpointName) throws {
    self.init()
    let (value, type): (String?, String?) = (try row["checkpoint_value"], try row["checkpoint_type"])
    if value != nil || type != nil {
      guard let value, let kind = type.flatMap({ Checkpoint.Kind(rawValue: $0) }),
        let checkpoint = try? Checkpoint(value, kind)
      else { throw PipelineError.corruptCheckpoint(name, in: "the table etl_checkpoints") }
      self.checkpoint = checkpoint
    }
    lastRunAt = try row["last_run_at"]
    lastSuccessAt = try row["last_success_at"]
    lastFailureAt = try row["last_failure_at"]
    totalRuns = try row["total_runs"]
    totalRecords = try row["total_records_processed"]
    lastRecords = try row["last_records_processed"]
    let word: String? = try row["status"]
    status = word.flatMap { Status(rawValue: $0) }
    errorMessage = try row["error_message"]
    lastRun = try row["last_run"]
    lastDocument = try row["last_document"]
    let data: String? = try row["checkpoint_data"]
    // Of a row that system 003 has written, it is something else.
    series = data.flatMap { try? JSONDecoder().decode(SeriesData.self, from: Data($0.utf8)).series } ?? [:]
  }
}

/// The part that `checkpoint_data` has of a dataset of series.
private struct SeriesData: Decodable {
  let series: [String: String]
}

extension JSONEncoder {
  fileprivate static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
