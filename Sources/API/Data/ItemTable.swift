import Contracts
import Ledger
import Postgres
import Synchronization
import Time

/// The table of items: `unified_items`, which datasets declare in their definitions and the sink `postgres` makes. All
/// datasets of system 003's shape load into this one. Before the first load there is none.
public struct ItemTable: Equatable, Sendable {
  static let name = "unified_items"

  /// The columns that the table has.
  let columns: Set<String>
  /// The columns that are `numeric`.
  var numerics: Set<String> = []
  /// Those that are `double precision`.
  var doubles: Set<String> = []
  /// Those that are `real`.
  var reals: Set<String> = []
  var searchIndex = SearchIndex.missing

  /// The columns without which the table is another one.
  static let required: Set<String> = [
    "source_type", "source_name", "external_id", "title", "_first_seen", "_last_seen",
  ]

  /// True if there is a table of items.
  var exists: Bool { Self.required.isSubset(of: columns) }

  /// The entry of a number in a select list: the column itself if it is numeric, else its text, which the server makes for
  /// each row that it sorts. The text has a name of its own: `order by amount` would mean the text.
  func number(_ column: String) -> String {
    numerics.contains(column) ? column : "\(sql(column, or: "numeric"))::text as \(column)_text"
  }

  /// The column as SQL; null for one that the table lacks.
  func sql(_ column: String, or type: String) -> String { columns.contains(column) ? column : "null::\(type)" }

  /// A number as the parameter of a comparison with a column, and the parameter's type. A binary column gets the number
  /// that it would store: 0.1 as `real` is another one than 0.1 as `numeric`.
  func parameter(_ number: String, for column: String) -> (value: PostgresValue, type: String) {
    if reals.contains(column) { return (.double(Float(number).map { Double($0) }), "float8") }
    if doubles.contains(column) { return (.double(Double(number)), "float8") }
    return (.text(number), "numeric")
  }

  static let query = PostgresStatement(
    """
    select coalesce(array_agg(attname::text), '{}'),
      coalesce(array_agg(attname::text) filter (where atttypid = 'numeric'::regtype), '{}'),
      coalesce(array_agg(attname::text) filter (where atttypid = 'float8'::regtype), '{}'),
      coalesce(array_agg(attname::text) filter (where atttypid = 'float4'::regtype), '{}'),
      case when to_regclass($1 || '_api_search') is null then 'missing'
        when (select datctype in ('C', 'POSIX') from pg_database where datname = current_database()) then 'ofASCII'
        else 'ofAllLetters' end
    from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
    """, [.text(name)])

  init(columns: Set<String>) { self.columns = columns }

  /// - Parameter row: the row of `query`.
  init(_ row: PostgresRow) throws {
    columns = Set(try row[0] as [String])
    numerics = Set(try row[1] as [String])
    doubles = Set(try row[2] as [String])
    reals = Set(try row[3] as [String])
    searchIndex = SearchIndex(rawValue: try row[4]) ?? .missing
  }
}

/// The table as it was looked up last. Definitions change rarely, and a request should not pay for the lookup.
final class ItemTableCache: Sendable {
  private let found = Mutex<(table: ItemTable, end: Duration)?>(nil)
  private let time: any TimeSource & Sendable
  private static let lifetime = Duration.seconds(60)

  init(time: any TimeSource & Sendable) { self.time = time }

  func table(_ connection: PostgresConnection, _ deadline: Deadline) throws -> ItemTable {
    let now = time.uptime
    if let known = found.withLock({ $0 }), known.end > now { return known.table }
    let rows = try connection.query(ItemTable.query.sql, ItemTable.query.values, deadline: deadline)
    let table = try rows.first.map { try ItemTable($0) } ?? ItemTable(columns: [])
    // A table that is missing may be made at any moment.
    if table.exists { found.withLock { $0 = (table, now + Self.lifetime) } }
    return table
  }

  /// The table as it is known; nil if it is not.
  var known: ItemTable? { found.withLock { $0?.table } }

  func forget() { found.withLock { $0 = nil } }
}
