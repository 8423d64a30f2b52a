import Contracts
import Ledger
import Postgres
import Time

/// Prepares a database for vectors. It is no numbered migration: the extension pgvector may be missing, or the user may
/// not be allowed to create it, and loads must work all the same.
public final class EmbeddingSchema {
  /// Something that needs the columns, such as a function that searches them.
  public struct Addition: Sendable {
    let isCurrent: String
    let script: String

    /// - Parameters:
    ///   - isCurrent: an SQL expression that is true if the database has the addition in this version.
    ///   - script: makes it, or replaces an earlier version.
    public init(isCurrent: String, script: String) {
      self.isCurrent = isCurrent
      self.script = script
    }
  }

  private let database: Database
  private let additions: [Addition]
  /// True once this process has found everything in place.
  private var isPrepared = false

  public init(_ database: Database, adding additions: [Addition] = []) {
    self.database = database
    self.additions = additions
  }

  /// Creates what is missing: the extension, the columns, the additions.
  /// - Returns: the reason why the database cannot hold vectors, and what to do about it; nil if it can.
  /// - Throws: an error of the database.
  public func prepare(deadline: Deadline) throws(PipelineError) -> String? {
    guard !isPrepared else { return nil }
    let obstacle: String? = try database.retrying(deadline: deadline) { try prepareOnce(deadline: deadline) }
    isPrepared = obstacle == nil
    return obstacle
  }

  /// Makes the next `prepare` look for everything again.
  func forget() { isPrepared = false }

  private struct State {
    var isInstalled: Bool
    var isAvailable: Bool
    /// The type of each column; nil if it is missing.
    var types: [String?]
    var areAdditionsCurrent: Bool
  }

  private static let columns = EmbeddedTable.all.flatMap { table in table.columns.map { (table.name, $0) } }
  private static let type = "vector(\(EmbeddingVector.dimensions))"

  private func prepareOnce(deadline: Deadline) throws -> String? {
    var state = try state(deadline: deadline)
    if !state.isInstalled {
      guard state.isAvailable else {
        return "the database server does not have the extension vector (pgvector): install it there"
      }
      var refusal: PostgresError?
      do {
        try connection.query("create extension if not exists vector", deadline: deadline)
      } catch let error as PostgresError where error.sqlState != nil {
        refusal = error
      }
      // Another process may have created it meanwhile, which is a refusal, too.
      state = try self.state(deadline: deadline)
      if let refusal, !state.isInstalled {
        let reason = refusal.sqlState == "42501" ? "this user may not create" : "the server does not create"
        return "\(reason) the extension vector (\(refusal)): let an administrator run `create extension vector`"
      }
    }
    for ((table, column), type) in zip(Self.columns, state.types) {
      // Its name has the schema of the extension before it, if that is not in the search path.
      if let type, type != Self.type, !type.hasSuffix(".\(Self.type)") {
        return "\(table).\(column.name) is of type \(type) instead of \(Self.type): rename or drop the column"
      }
    }
    let missing = zip(Self.columns, state.types).filter { $0.1 == nil }.map(\.0)
    if missing.isEmpty, state.areAdditionsCurrent { return nil }
    do {
      try create(missing, deadline: deadline)
    } catch let error as PostgresError where error.sqlState == "42501" {
      return "this user may not change the tables: let their owner run `festvibes migrate --embeddings`"
    } catch let error as PostgresError where error.sqlState == "42704" {
      return "the type vector is not in the search path: add the schema of the extension to it"
    }
    return nil
  }

  /// Under the lock of loads and migrations, so that no load waits behind a table's lock that waits in turn.
  private func create(_ columns: [(table: String, column: EmbeddedTable.Column)], deadline: Deadline) throws {
    try connection.transaction(deadline: deadline) {
      try connection.pipeline([Database.lock], deadline: deadline)
      let scripts = columns.map { table, column in
        """
        alter table \(table) add column if not exists \(column.name) \(Self.type);
        comment on column \(table).\(column.name) is 'embedding of \(column.meaning)';
        """
      }
      let script = ["set local lock_timeout = '1s';"] + scripts + additions.map(\.script)
      try connection.execute(script: script.joined(separator: "\n"), deadline: deadline)
    }
  }

  private func state(deadline: Deadline) throws -> State {
    let types = Self.columns.map { table, column in
      """
      (select format_type(atttypid, atttypmod) from pg_attribute
        where attrelid = to_regclass('\(table)') and attname = '\(column.name)' and not attisdropped)
      """
    }
    let isInstalled = "exists (select from pg_extension where extname = 'vector')"
    let facts = try connection.query(
      """
      select \(isInstalled), exists (select from pg_available_extensions where name = 'vector'),
        array[\(types.joined(separator: ", "))]
      """, deadline: deadline)
    guard let row = facts.first else { throw PostgresError(.connectionLost, "the server gave no response") }
    var state = State(
      isInstalled: try row[0], isAvailable: try row[1], types: try row[2], areAdditionsCurrent: additions.isEmpty)
    // An expression about vectors can be asked only where there are some.
    if state.isInstalled, !additions.isEmpty, !state.types.contains(nil) {
      let current = additions.map { "coalesce((\($0.isCurrent)), false)" }.joined(separator: " and ")
      state.areAdditionsCurrent = try connection.query("select \(current)", deadline: deadline)[0][0]
    }
    return state
  }

  private var connection: PostgresConnection { database.connection }
}
