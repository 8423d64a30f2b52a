import Postgres

/// An index of one column that a migration adds, unless the table has one that begins with the column, whatever its name.
public struct MigrationIndex: Equatable, Sendable {
  public let table: String
  public let column: String

  public init(_ table: String, _ column: String) {
    self.table = table
    self.column = column
  }

  public var name: String { "\(table)_by_\(column)_index" }

  /// `events_by_venue_id_index on events (venue_id)`.
  public var definition: String { "\(name) on \(table) (\(column))" }

  /// The state of an index in the database.
  struct State {
    var index: MigrationIndex
    /// True if the table has an index that serves the same queries.
    var isCovered: Bool
    /// True if a concurrent build left an index of this name that cannot be used.
    var isInvalid: Bool
    /// True if the table has `largeTable` rows or more, so that building the index would block writers for long.
    var isSlow: Bool
  }

  /// The number of rows from which on a table's index is built concurrently.
  public static let largeTable = 100_000

  /// Returns a query that has a row for each index, in order. The rows of a table are counted only if an index is missing,
  /// and only up to `limit`.
  static func states(of indexes: [MigrationIndex], limit: Int) -> PostgresStatement {
    let rows = indexes.enumerated().map { number, index in
      """
      select \(number) as number, x.covered, exists (
          select from pg_index where indexrelid = to_regclass('\(index.name)') and not indisvalid) as invalid,
        not x.covered and (select count(*) from (select from \(index.table) limit \(limit)) y) >= \(limit) as slow
      from (select exists (
        select from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indrelid = '\(index.table)'::regclass and a.attname = '\(index.column)' and m.amname = 'btree'
          and i.indisvalid and i.indpred is null) as covered) x
      """
    }
    return PostgresStatement(rows.joined(separator: "\nunion all\n") + "\norder by number")
  }

  static func states(of indexes: [MigrationIndex], in rows: PostgresRows) throws -> [State] {
    try rows.map { row in
      State(
        index: indexes[try row["number"]], isCovered: try row["covered"], isInvalid: try row["invalid"],
        isSlow: try row["slow"])
    }
  }
}
