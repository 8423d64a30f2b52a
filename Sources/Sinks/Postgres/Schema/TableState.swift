import JSON
import Ledger
import Postgres

/// The table as the database has it.
struct TableState: Equatable {
  struct Column: Equatable {
    let name: String
    /// As `format_type` writes it.
    let type: String
    let isNotNull: Bool
  }

  /// The declaration of a table as the sink has written it down.
  struct Declaration: Equatable {
    let hash: String
    /// The id of the dataset whose definition was last applied.
    let dataset: String
    let key: [String]
    /// The declared columns' names, with the text of their checks.
    let columns: [String: String?]
    /// The columns that were added for unknown fields, with their types, in their order.
    let evolved: [(name: String, type: ColumnType)]
    let softDelete: Bool

    static func == (left: Self, right: Self) -> Bool {
      (left.hash, left.key, left.softDelete) == (right.hash, right.key, right.softDelete)
        && left.columns == right.columns && left.evolved.elementsEqual(right.evolved, by: ==)
    }
  }

  /// The kind of the relation in `pg_class`; nil if there is none: `r` for a table, `p` for a partitioned one, `v` for a view.
  var kind: String?
  var columns: [Column] = []
  /// The columns of the primary key, in its order.
  var key: [String] = []
  /// Nil if the sink did not make the table.
  var declaration: Declaration?

  func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}

extension TableState {
  /// Selects the relation and its columns.
  static func relation(_ table: TableDefinition) -> PostgresStatement {
    PostgresStatement(
      """
      select c.relkind::text as kind, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull,
        array_position(i.indkey::int2[], a.attnum) as place
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_index i on i.indrelid = c.oid and i.indisprimary
      where n.nspname = $1 and c.relname = $2 order by a.attnum
      """, [.text(table.schema), .text(table.name)])
  }

  static func declaration(_ table: TableDefinition) -> PostgresStatement {
    PostgresStatement(
      "select declaration_hash, dataset, declaration::text, evolved::text from etl_tables where schema_name = $1 and table_name = $2",
      [.text(table.schema), .text(table.name)])
  }

  init(_ relation: PostgresRows, _ declaration: PostgresRows?) throws {
    kind = try relation.first.map { try $0["kind"] }
    var places: [(place: Int, name: String)] = []
    for row in relation {
      guard let name: String = try row["name"] else { continue }
      columns.append(Column(name: name, type: try row["type"], isNotNull: try row["attnotnull"]))
      if let place: Int = try row["place"] { places.append((place, name)) }
    }
    key = places.sorted { $0.place < $1.place }.map(\.name)
    self.declaration = try declaration?.first.map { row in
      try Declaration(
        hash: row["declaration_hash"], of: row["dataset"], row["declaration"], evolved: row["evolved"])
    }
  }
}

extension TableState.Declaration {
  init(hash: String, of dataset: String, _ text: String, evolved: String) throws {
    func object(_ text: String) -> JSONObject { (try? JSONValue(parsing: text))?.object ?? JSONObject() }
    let declaration = object(text)
    self.hash = hash
    self.dataset = dataset
    key = declaration["key"]?.array?.compactMap(\.string) ?? []
    softDelete = declaration["soft_delete"] == .bool(true)
    columns = Dictionary(
      (declaration["columns"]?.array ?? []).compactMap(\.object).compactMap { column in
        column["name"]?.string.map { ($0, column["check"]?.string) }
      }, uniquingKeysWith: { first, _ in first })
    self.evolved = ((try? JSONValue(parsing: evolved))?.array ?? []).compactMap(\.object).compactMap { column in
      guard let name = column["name"]?.string, let type = column["type"]?.string.flatMap({ ColumnType(catalog: $0) })
      else { return nil }
      return (name, type)
    }
  }
}

extension TableDefinition {
  /// The declaration as it is written down, to compare the next one with.
  var declaration: JSONValue {
    func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    return [
      "key": .array(key.map { .string($0) }), "soft_delete": .bool(softDelete), "summary": optional(summary),
      "columns": .array(
        columns.map { column in
          [
            "name": .string(column.name), "type": .string(column.type.sql), "null": .bool(column.allowsNull),
            "default": column.standard == .null ? .null : .string(column.standard.literal(column.type)),
            "check": optional(column.check?.text), "summary": optional(column.summary),
          ]
        }),
    ]
  }

  /// Changes when the declaration does.
  var hash: String { String(SQL.fnv(declaration.text), radix: 16) }
}

/// The table of declarations. The sink makes it when it first needs it, so that a database without declared tables has none.
enum DeclarationTable {
  static let exists = PostgresStatement("select to_regclass('etl_tables') is not null as \"exists\"")

  /// Makes views over declared tables again, and selects why the role may not; null if it may. A function of the ledger's
  /// migrations.
  static let changed = PostgresStatement("select etl_tables_changed() as problem")

  static let script = """
    create table if not exists etl_tables (
      schema_name text not null,
      table_name text not null,
      dataset text not null,
      declaration jsonb not null,
      declaration_hash text not null,
      evolved jsonb not null default '[]',
      changed_at timestamptz not null default now(),
      primary key (schema_name, table_name)
    );
    comment on table etl_tables is 'the tables that datasets declare, as the sink postgres made them';
    comment on column etl_tables.schema_name is 'the schema of the table';
    comment on column etl_tables.table_name is 'the name of the table';
    comment on column etl_tables.dataset is 'the id of the dataset whose definition was last applied';
    comment on column etl_tables.declaration is 'the table as it was last declared';
    comment on column etl_tables.declaration_hash is 'changes when the declaration does';
    comment on column etl_tables.evolved is 'the columns that were added for unknown fields, with their types';
    comment on column etl_tables.changed_at is 'when the declaration was last applied';
    """

  static func write(_ table: TableDefinition, evolved: [(name: String, type: ColumnType)], of dataset: String)
    -> PostgresStatement
  {
    let list = JSONValue.array(evolved.map { ["name": .string($0.name), "type": .string($0.type.sql)] })
    return PostgresStatement(
      """
      insert into etl_tables (schema_name, table_name, dataset, declaration, declaration_hash, evolved)
      values ($1, $2, $3, $4::text::jsonb, $5, $6::text::jsonb)
      on conflict (schema_name, table_name) do update
      set dataset = excluded.dataset, declaration = excluded.declaration, declaration_hash = excluded.declaration_hash,
        evolved = excluded.evolved, changed_at = now()
      """,
      [
        .text(table.schema), .text(table.name), .text(dataset), .text(table.declaration.text), .text(table.hash),
        .text(list.text),
      ])
  }
}
