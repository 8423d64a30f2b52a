import FoundationEssentials
import JSON
import Postgres
import Time

/// The columns of an item, and its JSON. It is written byte by byte from the row: a page may have a thousand items.
enum ItemRow {
  /// The select list. A number that is read as text has a name of its own: `order by amount` would mean the text.
  static func columns(of table: ItemTable) -> String {
    let list = [
      "source_type", "source_name", "external_id", "title", table.sql("description", or: "text"),
      table.sql("category", or: "text"), table.sql("url", or: "text"), table.sql("image_url", or: "text"),
      table.sql("author", or: "text"), "\(table.sql("amount", or: "numeric"))::text as amount_text",
      table.sql("quantity", or: "bigint"),
      "\(table.sql("rating", or: "numeric"))::text as rating_text", table.sql("tags", or: "jsonb"),
      table.sql("metadata", or: "jsonb"),
      table.sql("status", or: "text"), table.sql("published_at", or: "timestamptz"), "_first_seen", "_last_seen",
    ]
    return list.joined(separator: ", ")
  }

  private static let texts = [
    "source_type", "source_name", "external_id", "title", "description", "category", "url", "image_url", "author",
  ]

  /// Appends an item's JSON object.
  static func write(_ row: PostgresRow, into bytes: inout [UInt8]) throws {
    bytes.append(UInt8(ascii: "{"))
    for (index, name) in texts.enumerated() {
      let text: String? = try row[index]
      name == "source_type" ? begin(name, "", &bytes) : begin(name, ",", &bytes)
      (text.map { JSONValue.string($0) } ?? .null).write(into: &bytes)
    }
    begin("amount", ",", &bytes)
    try number(row, 9).write(into: &bytes)
    begin("quantity", ",", &bytes)
    let quantity: Int? = try row[10]
    bytes += (quantity.map { "\($0)" } ?? "null").utf8
    begin("rating", ",", &bytes)
    try number(row, 11).write(into: &bytes)
    for (index, name) in [(12, "tags"), (13, "extra_metadata")] {
      begin(name, ",", &bytes)
      let json: String? = try row[index]
      bytes += (json ?? "null").utf8
    }
    begin("status", ",", &bytes)
    let status: String? = try row[14]
    (status.map { JSONValue.string($0) } ?? .null).write(into: &bytes)
    for (index, name) in [(15, "published_at"), (16, "created_at"), (17, "updated_at")] {
      begin(name, ",", &bytes)
      let time: Date? = try row[index]
      bytes += (time.map { "\"\(RFC3339.utc($0))\"" } ?? "null").utf8
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// The row's place in an order.
  static func cursor(_ row: PostgresRow, sort: ItemSort) throws -> ItemCursor {
    var cursor = ItemCursor()
    cursor.sort = sort
    cursor.key = [try row[0], try row[1], try row[2]]
    switch sort.field {
    case .title: cursor.value = .string(try row[3])
    case .amount: cursor.value = try place(row, 9)
    case .rating: cursor.value = try place(row, 11)
    case .publishedAt: cursor.value = try microseconds(row, 15)
    case .createdAt: cursor.value = try microseconds(row, 16)
    case .updatedAt: cursor.value = try microseconds(row, 17)
    }
    return cursor
  }

  private static func microseconds(_ row: PostgresRow, _ index: Int) throws -> JSONValue {
    let time: Date? = try row[index]
    return time.map { .number(JSONNumber(Int(($0.timeIntervalSince1970 * 1e6).rounded()))) } ?? .null
  }

  /// The numbers of Postgres that JSON cannot express.
  static let noNumbers: Set = ["NaN", "Infinity", "-Infinity"]

  /// As the number, but for one of `noNumbers`, whose place in the order is not that of null.
  private static func place(_ row: PostgresRow, _ index: Int) throws -> JSONValue {
    let text: String? = try row[index]
    if let text, noNumbers.contains(text) { return .string(text) }
    return try number(row, index)
  }

  /// Null for what JSON cannot express.
  private static func number(_ row: PostgresRow, _ index: Int) throws -> JSONValue {
    let text: String? = try row[index]
    return text.flatMap { JSONNumber($0) }.map { .number($0) } ?? .null
  }

  private static func begin(_ name: String, _ separator: String, _ bytes: inout [UInt8]) {
    bytes += separator.utf8
    bytes.append(UInt8(ascii: "\""))
    bytes += name.utf8
    bytes += "\":".utf8
  }
}
