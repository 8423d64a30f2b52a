import Contracts
import Postgres

/// The statements that make the table what a definition declares; or the reason why that needs a person.
struct SchemaPlan {
  struct Change: Equatable {
    let sql: String
    /// True if every row is written again.
    var isRewriting = false
    /// True if a column gets another type, which the server refuses while a view reads it.
    var isOfType = false
  }

  private(set) var changes: [Change] = []
  /// The columns that were added for unknown fields, now and before.
  private(set) var evolved: [(name: String, type: ColumnType)]
  private let table: TableDefinition
  private let state: TableState

  /// - Parameter evolving: the unknown fields that become columns, or whose columns become wider.
  /// - Throws: `SchemaMismatch`, which names the column and says what to do.
  init(
    _ table: TableDefinition, over state: TableState, evolving: [(name: String, type: ColumnType)] = []
  ) throws(PipelineError) {
    self.table = table
    self.state = state
    // A column that is declared by now is declared. A table that is made anew has no others.
    evolved = (state.kind == nil ? [] : state.declaration?.evolved ?? []).filter { table.column($0.name) == nil }
    for column in evolving {
      if let index = evolved.firstIndex(where: { $0.name == column.name }) {
        evolved[index].type = column.type
      } else {
        evolved.append(column)
      }
    }
    guard let kind = state.kind else {
      create()
      return
    }
    guard kind == "r" || kind == "p" else {
      throw mismatch("is no table, but \(Self.kinds[kind] ?? "another relation"): give another name")
    }
    guard let declaration = state.declaration else {
      throw mismatch(
        "exists, and was not made by this sink: give another name, or drop the table if nothing else needs it")
    }
    try checkKey(declaration)
    for column in allColumns { try plan(column, declaration) }
    for column in Lineage.columns(softDelete: table.softDelete) { try plan(column, declaration) }
    for name in declaration.columns.keys.sorted() where table.column(name) == nil && state.column(name) != nil {
      throw mismatch(
        "has the column \(name), which the dataset \(declaration.dataset) has declared, and this definition does not: declare "
          + "it here, too, or drop it if nothing needs it any more, with `alter table \(table.sql) drop column \(SQL.quoted(name))`"
      )
    }
    if declaration.hash != table.hash { changes += comments() }
  }

  /// True if the declaration is to be written down again.
  var isNews: Bool { !changes.isEmpty || state.declaration?.hash != table.hash || state.kind == nil }

  private static let kinds = [
    "v": "a view", "m": "a materialized view", "f": "a foreign table", "S": "a sequence", "i": "an index",
  ]

  /// The declared columns, and those of unknown fields.
  private var allColumns: [Column] { table.columns + evolved.map { Column($0.name, $0.type) } }

  // MARK: A new table

  private mutating func create() {
    if table.createsSchema { changes.append(Change(sql: "create schema if not exists \(SQL.quoted(table.schema))")) }
    let columns =
      allColumns.map(\.sql)
      + Lineage.columns(softDelete: table.softDelete).map { "\(SQL.quoted($0.name)) \($0.sql)" }
    let checks = allColumns.compactMap { column in
      column.check.map {
        "constraint \(SQL.quoted(column.constraint)) check (\($0.sql(for: column.name, column.type)))"
      }
    }
    let key = "primary key (\(table.key.map(SQL.quoted).joined(separator: ", ")))"
    changes.append(
      Change(sql: "create table \(table.sql) (\n  \((columns + [key] + checks).joined(separator: ",\n  "))\n)"))
    if table.softDelete { changes.append(index) }
    changes += comments()
  }

  private var index: Change { Change(sql: "create index on \(table.sql) using gin (\(SQL.quoted("_items")))") }

  private func comments() -> [Change] {
    func comment(_ object: String, _ text: String?) -> Change {
      Change(sql: "comment on \(object) is \(text.map { SQL.literal($0) } ?? "null")")
    }
    let lineage = Lineage.columns(softDelete: table.softDelete)
    return [comment("table \(table.sql)", table.summary)]
      + allColumns.map { comment("column \(table.sql).\(SQL.quoted($0.name))", $0.summary) }
      + lineage.map { comment("column \(table.sql).\(SQL.quoted($0.name))", $0.summary) }
  }

  // MARK: An existing table

  private func checkKey(_ declaration: TableState.Declaration) throws(PipelineError) {
    for (key, owner) in [(declaration.key, "was declared with"), (state.key, "has")] where key != table.key {
      throw mismatch(
        "\(owner) the key \(key.joined(separator: ", ")), and now \(table.key.joined(separator: ", ")) is declared: another "
          + "key is another table, give it another name")
    }
  }

  private mutating func plan(_ column: Column, _ declaration: TableState.Declaration) throws(PipelineError) {
    let name = SQL.quoted(column.name)
    let alter = "alter table \(table.sql)"
    guard let stored = state.column(column.name) else {
      let wasThere =
        declaration.columns.keys.contains(column.name)
        || declaration.evolved.contains { $0.name == column.name }
      guard !wasThere else { throw gone(column.name, column.sql) }
      guard column.allowsNull || column.standard != .null else {
        throw mismatch(
          "lacks the column \(column.name), which cannot be added: its rows have no value for it, and it is null: false. "
            + "Give it a default, or allow null")
      }
      changes.append(Change(sql: "\(alter) add column \(column.sql)"))
      addCheck(column)
      return
    }
    guard let type = ColumnType(catalog: stored.type), let widening = type.widening(to: column.type) else {
      throw mismatch(
        "has the column \(column.name) as \(stored.type), and it is declared as \(column.type.sql), which cannot hold every "
          + "value: declare \(stored.type), or change the column by hand")
    }
    if widening != .same {
      guard widening == .inPlace || !table.key.contains(column.name) else {
        throw mismatch("has the key's column \(column.name) as \(stored.type): its type cannot be changed")
      }
      changes.append(
        Change(
          sql: "\(alter) alter column \(name) type \(column.type.sql) using \(name)::\(column.type.sql)",
          isRewriting: widening == .rewriting, isOfType: true))
    }
    if stored.isNotNull != !column.allowsNull {
      guard column.allowsNull else {
        throw mismatch(
          "allows null in the column \(column.name), which is declared as null: false: fill it, then "
            + "`\(alter) alter column \(name) set not null`")
      }
      changes.append(Change(sql: "\(alter) alter column \(name) drop not null"))
    }
    guard declaration.hash != table.hash, declaration.columns.keys.contains(column.name) else { return }
    changes.append(
      Change(
        sql: "\(alter) alter column \(name) "
          + (column.standard == .null ? "drop default" : "set default \(column.standard.literal(column.type))")))
    if declaration.columns[column.name] != column.check?.text {
      changes.append(Change(sql: "\(alter) drop constraint if exists \(SQL.quoted(column.constraint))"))
      addCheck(column)
    }
  }

  /// Adds a check for rows that are written from now on: looking at the stored ones would block readers of a large table.
  private mutating func addCheck(_ column: Column) {
    guard let check = column.check else { return }
    changes.append(
      Change(
        sql: "alter table \(table.sql) add constraint \(SQL.quoted(column.constraint)) "
          + "check (\(check.sql(for: column.name, column.type))) not valid"))
  }

  private mutating func plan(
    _ column: (name: String, sql: String, type: String, summary: String), _ declaration: TableState.Declaration
  ) throws(PipelineError) {
    if let stored = state.column(column.name) {
      guard stored.type == column.type else {
        throw mismatch("has the column \(column.name) as \(stored.type), and the sink needs \(column.type): rename it")
      }
      return
    }
    let isNew = column.name == "_items" || column.name == "_deleted_at"
    guard isNew, !declaration.softDelete else { throw gone(column.name, "\(SQL.quoted(column.name)) \(column.sql)") }
    changes.append(Change(sql: "alter table \(table.sql) add column \(SQL.quoted(column.name)) \(column.sql)"))
    guard column.name == "_items" else { return }
    changes.append(
      Change(sql: "update \(table.sql) set \"_items\" = array[\"_dataset\" || '/' || \"_item\"]", isRewriting: true))
    changes.append(index)
  }

  private func gone(_ name: String, _ sql: String) -> PipelineError {
    mismatch(
      "lacks the column \(name), which this sink made: it was renamed or dropped. Rename it back, or add it again, with "
        + "`alter table \(table.sql) add column \(sql)`")
  }

  private func mismatch(_ problem: String) -> PipelineError {
    PipelineError(.schemaMismatch, "the table \(table.label) \(problem)")
  }
}
