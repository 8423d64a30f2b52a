import FoundationEssentials
import Postgres

/// The keys of a document.
enum ListedKeys {
  case keys([[ColumnValue]])
  /// Those of a document in parts, which are in a temporary table.
  case table
}

/// The statements about the temporary table with the keys of a document in parts: they are too many for the memory of a
/// function.
extension TableWrites {
  static let keyTable = "pg_temp.etl_document_keys"

  /// Creates the table, which the end of the transaction drops.
  var createKeys: PostgresStatement {
    let types = keyIndices.enumerated().map { "k\($0) \(columns[$1].type.sql)" }.joined(separator: ", ")
    return PostgresStatement(
      """
      create temporary table etl_document_keys (\(types), is_rejected bool, position int8, hash bytea,
        primary key (\(keyNames("k")), is_rejected)) on commit drop
      """)
  }

  /// Without statistics, Postgres would take a large table for a small one.
  var analyzeKeys: PostgresStatement { PostgresStatement("analyze \(Self.keyTable)") }

  /// Adds rows whose keys are not there.
  /// - Returns: a statement that selects the positions of those that were added.
  func addKeys(_ rows: [TableRow]) -> PostgresStatement {
    var values: [PostgresValue] = [.ints(rows.map(\.position)), .bytesList(rows.map { Data($0.hash) })]
    let arrays = keyArrays(keys(of: rows), &values)
    return PostgresStatement(
      """
      insert into \(Self.keyTable) select \(casts), false, x.position, x.hash
      from unnest($1::int8[], $2::bytea[], \(arrays)) x (position, hash, \(keyNames("k")))
      on conflict do nothing returning position
      """, values)
  }

  /// Adds the keys of rejected records.
  func addRejected(_ keys: [[ColumnValue]]) -> PostgresStatement {
    var values: [PostgresValue] = []
    let arrays = keyArrays(keys, &values)
    return PostgresStatement(
      """
      insert into \(Self.keyTable) select \(casts), true from unnest(\(arrays)) x (\(keyNames("k")))
      on conflict do nothing
      """, values)
  }

  /// Selects the positions and hashes of the earlier rows that have the keys of these, with their index `n`.
  func earlierKeys(_ rows: [TableRow]) -> PostgresStatement {
    var values: [PostgresValue] = [.ints(Array(rows.indices))]
    let arrays = keyArrays(keys(of: rows), &values)
    let match = keyIndices.enumerated().map { "t.k\($0) = x.k\($0)\(columns[$1].type.cast)" }.joined(separator: " and ")
    return PostgresStatement(
      """
      select x.n, t.position, t.hash from unnest($1::int8[], \(arrays)) x (n, \(keyNames("k")))
      join \(Self.keyTable) t on \(match) and not t.is_rejected
      """, values)
  }

  private var casts: String {
    keyIndices.enumerated().map { "x.k\($0)\(columns[$1].type.cast)" }.joined(separator: ", ")
  }
}
