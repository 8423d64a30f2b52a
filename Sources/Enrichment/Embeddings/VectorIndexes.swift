import Contracts
import Ledger
import Postgres
import Time

/// The indexes for the nearest vectors (HNSW, cosine). Below 50,000 rows there are none: reading all vectors takes
/// milliseconds, is exact, and works with any filter.
public final class VectorIndexes {
  private struct State {
    var table: String
    var column: String
    /// True if the table has an index that serves the same queries, whatever its name: the legacy system's.
    var isCovered: Bool
    /// True if an interrupted build left an index of this name that cannot be used.
    var isInvalid: Bool
    var rows: Int
    var name: String { "\(table)_\(column)_hnsw" }
    /// The parameters are pgvector's own defaults, and those of the legacy system.
    var definition: String {
      "\(name) on \(table) using hnsw (\(column) vector_cosine_ops) with (m = 16, ef_construction = 64)"
    }
  }

  /// The time that a build takes at most for each row; measured: 0.65 ms.
  static let timePerRow = Duration.milliseconds(2)

  private let database: Database
  /// The number of vectors from which on a column is indexed. Tests set a lower one.
  var minimumRows = 50_000

  public init(_ database: Database) { self.database = database }

  /// Builds the missing indexes without blocking other readers and writers. What an interrupted build left is dropped, and
  /// built anew.
  /// - Parameters:
  ///   - end: the time by which a build should end. One that would take longer is not begun.
  ///   - progress: called before an index is built, with its definition.
  /// - Returns: sentences about indexes that were not built.
  /// - Throws: an error of the database.
  public func build(
    within end: Deadline, deadline: Deadline, progress: (String) -> Void = { _ in }
  ) throws(PipelineError) -> [String] {
    try database.retrying(deadline: deadline) { try buildOnce(within: end, deadline: deadline, progress) }
  }

  private func buildOnce(within end: Deadline, deadline: Deadline, _ progress: (String) -> Void) throws -> [String] {
    guard try states(deadline: deadline).contains(where: isWanted) else { return [] }
    // Not a blocking lock: a build waits for all older snapshots, also for that of a session that waits for the lock.
    guard try connection.query("select pg_try_advisory_lock(\(Self.lock))", deadline: deadline)[0][0] else {
      return ["another process builds the indexes of the vectors"]
    }
    defer { _ = try? connection.query("select pg_advisory_unlock(\(Self.lock))", deadline: deadline) }
    var notes: [String] = []
    // With the lock held, an invalid index is what an interrupted build left.
    for state in try states(deadline: deadline) where isWanted(state) {
      guard end.remaining > Self.timePerRow * state.rows else {
        notes.append("the index of \(state.table).\(state.column) is missing: festvibes migrate builds it")
        continue
      }
      if state.isInvalid {
        try connection.execute(script: "drop index concurrently \(state.name)", deadline: deadline)
      }
      progress(state.definition)
      try connection.execute(script: "create index concurrently \(state.definition)", deadline: deadline)
    }
    return notes
  }

  private func isWanted(_ state: State) -> Bool { !state.isCovered && state.rows >= minimumRows }

  private func states(deadline: Deadline) throws -> [State] {
    let rows = EmbeddedTable.all.flatMap { table in
      table.columns.map { column in
        let name = State(table: table.name, column: column.name, isCovered: false, isInvalid: false, rows: 0).name
        return """
          select '\(table.name)', '\(column.name)', x.covered, exists (
              select from pg_index where indexrelid = to_regclass('\(name)') and not indisvalid),
            case when x.covered then 0 else (select count(*) from \(table.name) where \(column.name) is not null) end
          from (select exists (
            select from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
              join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
              join pg_opclass o on o.oid = i.indclass[0]
            where i.indrelid = to_regclass('\(table.name)') and a.attname = '\(column.name)' and m.amname = 'hnsw'
              and o.opcname = 'vector_cosine_ops' and i.indisvalid and i.indpred is null) as covered) x
          """
      }
    }
    return try connection.query(rows.joined(separator: "\nunion all\n"), deadline: deadline).map {
      State(table: try $0[0], column: try $0[1], isCovered: try $0[2], isInvalid: try $0[3], rows: try $0[4])
    }
  }

  private var connection: PostgresConnection { database.connection }
  private static let lock = 0x6665_7374_7665_6374
}
