/// A table that a dataset declares.
struct TableDefinition: Equatable, Sendable {
  enum UnknownField: String, CaseIterable, Sendable {
    /// It is kept in the metadata column.
    case keep
    case ignore
    /// The record is rejected.
    case reject
    /// The load fails.
    case fail
  }

  /// The fate of a stored row's values when a record of it comes.
  enum Merge: String, CaseIterable, Sendable {
    /// The row becomes the record.
    case replace
    /// A value that the record lacks stays.
    case keep
    /// The same, but of a row that another dataset has written, only values that it lacks are taken.
    case fill
  }

  let schema: String
  let name: String
  /// The names of the key's columns.
  let key: [String]
  /// The declared columns in their order, with that for unknown fields.
  let columns: [Column]
  /// The fate of a field that no column has.
  let unknownField: UnknownField
  /// True if an unknown field becomes a column where that is possible.
  let evolves: Bool
  let softDelete: Bool
  /// The share of an item's stored rows below which a complete document is refused. 0 accepts any.
  let minimumRatio: Double
  let createsSchema: Bool
  let summary: String?
  /// The fields by which the records are this table's, from `where`. They are known, and stored only in a column of their own.
  let routingFields: Set<String>
  let merge: Merge

  /// The name as people write it: `catalog.concerts`; the schema `public` is left out.
  var label: String { schema == "public" ? name : "\(schema).\(name)" }
  /// The qualified name in SQL.
  var sql: String { "\(SQL.quoted(schema)).\(SQL.quoted(name))" }
  var metadata: Column? { columns.first { $0.source == .unknownFields } }

  func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// The number of the advisory lock of the table's loads and changes.
  var lockNumber: Int { Int(Int64(bitPattern: SQL.fnv("festvibes table \(schema).\(name)"))) }
}

/// The columns that every declared table has beside the declared ones.
enum Lineage {
  /// - Returns: names with their definitions in SQL and comments.
  static func columns(softDelete: Bool) -> [(name: String, sql: String, type: String, summary: String)] {
    let always = [
      ("_dataset", "text not null", "text", "the id of the dataset that wrote the row"),
      ("_item", "text not null", "text", "the id of the work item that wrote the row"),
      ("_run", "text", "text", "the run that wrote the row; null for a document that was loaded by hand"),
      ("_raw_key", "text not null", "text", "the key in S3 of the document that wrote the row"),
      (
        "_record", "text", "text", "the place of the record in the archive: the WARC record's id and the position in it"
      ),
      (
        "_first_seen", "timestamptz not null", "timestamp with time zone",
        "when the source was read that first had the row"
      ),
      (
        "_last_seen", "timestamptz not null", "timestamp with time zone",
        "when the source was read that last changed the row; a row seen again unchanged is not written"
      ),
      ("_content_hash", "bytea not null", "bytea", "SHA-256 of the row's values"),
    ]
    let deleting = [
      ("_items", "text[]", "text[]", "the work items whose last document has the row, as dataset/item"),
      (
        "_deleted_at", "timestamptz", "timestamp with time zone",
        "when the source was read that no longer had the row in any item; null for a row that it has"
      ),
    ]
    return always + (softDelete ? deleting : [])
  }
}
