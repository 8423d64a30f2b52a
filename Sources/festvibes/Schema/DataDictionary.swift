import Foundation
import Ledger
import Loading
import Postgres
import Time

/// The tables and views of a database, with the types and the comments of their columns.
struct DataDictionary: Equatable, Encodable {
  struct Table: Equatable, Encodable {
    var name: String
    /// `table`, `view` or `materialized view`.
    var kind: String
    var comment: String
    var columns: [Column]
  }

  struct Column: Equatable, Encodable {
    var name: String
    /// As Postgres writes it: `timestamp with time zone`.
    var type: String
    /// Nil for a column of a view, of which Postgres does not know it.
    var isNullable: Bool?
    /// True for a column of the primary key.
    var isKey: Bool
    var comment: String

    /// `null`, `not null`, or nothing.
    var nullability: String { isNullable.map { $0 ? "null" : "not null" } ?? "" }
  }

  /// In the order of their names.
  var tables: [Table]

  /// The names of the tables, and of the columns as `table.column`, that have no comment.
  var withoutComment: [String] {
    tables.flatMap { table in
      (table.comment.isEmpty ? [table.name] : [])
        + table.columns.filter(\.comment.isEmpty).map { "\(table.name).\($0.name)" }
    }
  }

  /// Reads the catalog of a database.
  /// - Throws: `SchemaMismatch` if the database has another version, or an error of the database.
  init(reading database: Database, deadline: Deadline) throws {
    tables = try database.reading(PostgresStatement(Self.catalog), deadline: deadline) { rows in
      var tables: [Table] = []
      for row in rows {
        let name: String = try row["table"]
        if tables.last?.name != name {
          tables.append(
            Table(name: name, kind: try row["kind"], comment: try row["table_comment"] ?? "", columns: []))
        }
        tables[tables.count - 1].columns.append(
          Column(
            name: try row["column"], type: try row["type"], isNullable: try row["nullable"], isKey: try row["key"],
            comment: try row["comment"] ?? ""))
      }
      return tables
    }
  }

  private static let catalog = """
    select c.relname::text as table, a.attname::text as column, format_type(a.atttypid, a.atttypmod) as type,
      case when c.relkind in ('r', 'p') then not a.attnotnull end as nullable, coalesce(a.attnum = any (i.indkey), false) as key,
      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind,
      obj_description(c.oid, 'pg_class') as table_comment, col_description(c.oid, a.attnum) as comment
    from pg_class c join pg_attribute a on a.attrelid = c.oid left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0
      and not a.attisdropped
    order by c.relname collate "C", a.attnum
    """
}

/// The dictionary as lines of ` | `-separated fields, which is how the program contains it: a line for each table (name,
/// kind, comment), followed by one for each of its columns (name, type, `null`, `not null` or nothing, `key` or nothing, comment).
extension DataDictionary {
  private static let separator = " | "

  var lines: [String] {
    tables.flatMap { table in
      [[table.name, table.kind, table.comment].joined(separator: Self.separator)]
        + table.columns.map { column in
          [
            column.name, column.type, column.nullability, column.isKey ? "key" : "", column.comment,
          ].joined(separator: Self.separator)
        }
    }
  }

  init(lines: [Substring]) {
    tables = []
    for line in lines {
      let fields = line.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
      if fields.count == 3 {
        tables.append(Table(name: fields[0], kind: fields[1], comment: fields[2], columns: []))
      } else if fields.count == 5, !tables.isEmpty {
        tables[tables.count - 1].columns.append(
          Column(
            name: fields[0], type: fields[1], isNullable: fields[2].isEmpty ? nil : fields[2] == "null",
            isKey: fields[3] == "key",
            comment: fields[4]))
      }
    }
  }

  /// The dictionary of a database that this version made.
  static let current = DataDictionary(lines: text.split(separator: "\n"))
}
