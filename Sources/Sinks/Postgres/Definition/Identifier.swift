/// The names that a definition may give to schemas, tables and columns. All are quoted in SQL; the narrow alphabet is for
/// people, who type them without quotation marks.
enum Identifier {
  static let allowed = "a letter, then letters, digits and '_', 63 in all"
  static let allowedColumn = "\(allowed), and none of \(systemColumns.sorted().joined(separator: ", "))"

  /// Columns that every table of Postgres has.
  private static let systemColumns: Set<String> = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]
  /// Tables of the ledger. Others that exist are not touched either, but that is only found in the database.
  private static let ledgerTables: Set<String> = ["loads", "rejected_records", "schema_migrations", "cached_items"]

  static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 63, isLetter(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "_") }
  }

  /// A column's name does not begin with `_`: such names are the lineage's.
  static func isValidColumn(_ name: String) -> Bool { isValid(name) && !systemColumns.contains(name) }

  private static func isLetter(_ byte: UInt8) -> Bool { 0x41...0x5A ~= byte || 0x61...0x7A ~= byte }

  /// Returns the reason why a table may not have a name; nil if it may.
  static func reserved(schema: String, table: String) -> String? {
    if schema == "information_schema" || schema.hasPrefix("pg_") { return "the schema \(schema) is the server's own" }
    if schema == "public", ledgerTables.contains(table) || table.hasPrefix("etl_") {
      return "\(table) is a table of the ledger, or may become one: give another name"
    }
    return nil
  }
}
