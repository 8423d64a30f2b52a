import Contracts
import Ledger
import Postgres
import Time

extension PostgresSink {
  static let largeTable = 100_000

  /// Makes the table what the plan says, in the current transaction.
  /// - Returns: a remark if the role may not make the views over declared tables again, which stops no load.
  /// - Throws: `SchemaMismatch` if a change would write a large table again, `ConfigurationInvalid` if the role may not do it.
  func apply(_ plan: SchemaPlan, deadline: Deadline) throws -> String? {
    guard plan.isNews else { return nil }
    if let change = plan.changes.first(where: \.isRewriting), try isLarge(deadline: deadline) {
      throw PipelineError(
        .schemaMismatch,
        "the table \(table.label) has more than \(largeTable) rows, and a load does not write all of them again. Run it "
          + "by hand, when nothing else is running: `\(change.sql)`")
    }
    let changes = plan.changes.map { PostgresStatement($0.sql) }
    let news = [DeclarationTable.write(table, evolved: plan.evolved, of: dataset.id), DeclarationTable.changed]
    do {
      // The schema's changes also run one after another with the ledger's migrations.
      try database.connection.pipeline([Database.lock], deadline: deadline)
      if plan.changes.contains(where: \.isOfType) {
        try database.connection.execute(script: ForeignObjects.setAside(from: [table.sql]), deadline: deadline)
        try database.connection.pipeline(changes, deadline: deadline)
        try database.connection.execute(script: ForeignObjects.restore, deadline: deadline)
        return try viewRemark(database.connection.pipeline(news, deadline: deadline))
      }
      return try viewRemark(database.connection.pipeline(changes + news, deadline: deadline))
    } catch let error as PostgresError where error.sqlState == "42501" {
      throw PipelineError(
        .configurationInvalid,
        "the role of PG_DATABASE_URL may not create or change the table \(table.label) (\(error)): grant it "
          + "`create on schema \(table.schema)`, let it own the table, or run a load once with a role that may")
    } catch let error as PostgresError where error.sqlState == "3F000" {
      throw PipelineError(
        .schemaMismatch,
        "the schema \(table.schema) does not exist: create it, or let the sink do it with create_schema: true")
    }
  }

  /// - Parameter results: those of statements of which `DeclarationTable.changed` is the last.
  private func viewRemark(_ results: [PostgresRows]) throws -> String? {
    let problem: String? = try results.last?.first?["problem"]
    return problem.map { problem in
      "the views all_concerts and catalog.concert_artists are as they were, while declared tables have changed: the role of "
        + "PG_DATABASE_URL may not make them again (\(problem)). Run `select etl_tables_changed()` with a role that owns the "
        + "views and may read the schema \(table.schema)"
    }
  }

  private func isLarge(deadline: Deadline) throws -> Bool {
    let rows = try database.connection.query(
      "select count(*) as count from (select from \(table.sql) limit \(largeTable + 1)) x", deadline: deadline)
    guard let count: Int = try rows.first?["count"] else { return false }
    return count > largeTable
  }

  /// Makes the table of declarations in the current transaction.
  /// - Throws: `ConfigurationInvalid` if the role may not do it.
  func createDeclarations(deadline: Deadline) throws {
    do {
      try database.connection.pipeline([Database.lock], deadline: deadline)
      try database.connection.execute(script: DeclarationTable.script, deadline: deadline)
    } catch let error as PostgresError where error.sqlState == "42501" {
      throw PipelineError(
        .configurationInvalid,
        "the role of PG_DATABASE_URL may not create the table etl_tables (\(error)): grant it create on the schema, or run a "
          + "load once with a role that may")
    }
  }
}
