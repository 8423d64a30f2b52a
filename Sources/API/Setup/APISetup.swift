import Contracts
import Ledger
import Postgres
import Time

/// Prepares a database for the read API: a role that may only read, and the indexes of its filters and orders. Both are made
/// on request only: without the API, loads should not write indexes that nobody reads.
public struct APISetup {
  let database: Database
  var connection: PostgresConnection { database.connection }

  public init(_ database: Database) { self.database = database }

  /// Makes what is missing.
  /// - Parameter progress: called before an index is built, with its definition.
  /// - Returns: sentences about what could not be made, with what to do, and about the role; none if all was made.
  /// - Throws: an error of the database.
  public func prepare(deadline: Deadline, progress: (String) -> Void) throws(PipelineError) -> [String] {
    try database.retrying(deadline: deadline) {
      let problem = try ReaderRole.make(connection, deadline)
      let notes = try buildIndexes(deadline, progress)
      guard problem != nil || !notes.isEmpty else { return [] }
      return [problem ?? "the role \(ReaderRole.name) is ready"] + notes
    }
  }

  private func buildIndexes(_ deadline: Deadline, _ progress: (String) -> Void) throws -> [String] {
    guard try flag("select to_regclass('\(ItemIndex.table)') is not null", deadline) else {
      return [
        "no index is needed before there is a table \(ItemIndex.table): after the first load of a dataset that has it, run "
          + "`festvibes migrate --api` again"
      ]
    }
    return try connection.withAdvisoryLock(Self.lock, deadline: deadline) {
      var notes: [String] = []
      for index in ItemIndex.all {
        do {
          try build(index, deadline, progress)
        } catch let error as PostgresError where error.kind == .statement {
          notes.append("the index \(index.name) is not built (\(error)): \(index.advice)")
        }
      }
      return notes
    } ?? ["another process builds the indexes of \(ItemIndex.table)"]
  }

  private func build(_ index: ItemIndex, _ deadline: Deadline, _ progress: (String) -> Void) throws {
    let state = "select from pg_index where indexrelid = to_regclass('\(index.name)')"
    if try flag("select exists (\(state) and indisvalid)", deadline) { return }
    // With the lock held, an invalid index is what an interrupted build left.
    try connection.execute(script: "drop index concurrently if exists \(index.name)", deadline: deadline)
    if let required = index.extensionName {
      try connection.query("create extension if not exists \(required)", deadline: deadline)
    }
    progress(index.definition)
    try connection.execute(script: "create index concurrently \(index.definition)", deadline: deadline)
  }

  private func flag(_ sql: String, _ deadline: Deadline) throws -> Bool {
    try connection.query(sql, deadline: deadline).first.map { try $0[0] } ?? false
  }

  private static let lock = 0x6665_7374_6170_6978
}
