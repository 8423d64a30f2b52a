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

  /// The time for dropping an index, which waits for transactions with locks on its table.
  private static let timeOfDrop = Duration.seconds(5)

  private let database: Database
  /// The number of vectors from which on a column is indexed. Tests set a lower one.
  var minimumRows = 50_000

  public init(_ database: Database) { self.database = database }

  /// Builds the missing indexes without blocking other readers and writers. What an interrupted build left is dropped, and
  /// built anew.
  /// - Parameters:
  ///   - end: the time by which a build ends. One that would take longer is not begun, and one that waits for longer, for
  ///     a transaction that is older, is given up.
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
    return try connection.withAdvisoryLock(Self.lock, deadline: deadline) {
      var notes: [String] = []
      // With the lock held, an invalid index is what an interrupted build left.
      for state in try states(deadline: deadline) where isWanted(state) {
        guard let reason = try build(state, within: end, deadline: deadline, progress) else { continue }
        notes.append(
          "the index of \(state.table).\(state.column) is not built (\(reason)): let the tables' owner run "
            + "`festvibes migrate --embeddings`")
      }
      return notes
    } ?? ["another process builds the indexes of the vectors"]
  }

  /// - Returns: the reason why the index is not built; nil if it is.
  private func build(
    _ state: State, within end: Deadline, deadline: Deadline, _ progress: (String) -> Void
  ) throws -> String? {
    do {
      if state.isInvalid { try drop(state, deadline: deadline) }
      guard end.remaining > Self.timePerRow * state.rows else {
        return "there is too little time for \(state.rows) rows"
      }
      progress(state.definition)
      try execute("create index concurrently \(state.definition)", within: end.remaining, deadline: deadline)
      return nil
    } catch let error as PostgresError where error.kind == .statement {
      // No query uses an invalid index, but writers maintain it. If a transaction holds up its end, too, the next build
      // drops it.
      if try states(deadline: deadline).contains(where: { $0.name == state.name && $0.isInvalid }) {
        try? drop(state, deadline: deadline)
      }
      return "\(error)"
    }
  }

  private func drop(_ state: State, deadline: Deadline) throws {
    try execute("drop index concurrently \(state.name)", within: Self.timeOfDrop, deadline: deadline)
  }

  /// The server's own timeout, unlike a deadline, keeps the connection, and with it the lock.
  private func execute(_ statement: String, within time: Duration, deadline: Deadline) throws {
    let milliseconds = min(max(1, time / .milliseconds(1)), Double(Int32.max))
    try connection.query(
      "select set_config('statement_timeout', $1, false)", [.text("\(Int(milliseconds))")], deadline: deadline)
    defer { _ = try? connection.query("reset statement_timeout", deadline: deadline) }
    try connection.execute(script: statement, deadline: deadline)
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
