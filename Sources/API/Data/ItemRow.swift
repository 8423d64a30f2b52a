import APISupport
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

  /// The members' names in the order of the columns, each as it stands before its value.
  private static let names = [
    "source_type", "source_name", "external_id", "title", "description", "category", "url", "image_url", "author",
    "amount", "quantity", "rating", "tags", "extra_metadata", "status", "published_at", "created_at", "updated_at",
  ].enumerated().map { Array("\($0 == 0 ? "{" : ",")\"\($1)\":".utf8) }

  private static let null = Array("null".utf8)

  /// Appends an item's JSON object.
  static func write(_ row: PostgresRow, into bytes: inout [UInt8]) throws {
    for index in names.indices {
      bytes.append(contentsOf: names[index])
      switch index {
      case 10: bytes.append(contentsOf: (try row.integer(at: index).map(String.init) ?? "null").utf8)
      case 15, 16, 17: try write(timeOf: row, index, into: &bytes)
      default:
        try row.withText(at: index) { text in
          guard let text else { return bytes.append(contentsOf: null) }
          switch index {
          case 9, 11: if isNumber(text) { bytes.append(contentsOf: text) } else { bytes += null }
          case 12, 13: bytes.append(contentsOf: text)
          default: write(text, into: &bytes)
          }
        }
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Appends a text as a JSON string. Most need nothing but their copy.
  private static func write(_ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
    // All bytes are looked at, without a branch: the compiler makes vectors of it.
    let odd = text.reduce(0 as UInt8) { odd, byte in
      let isMark = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
      return odd | (byte & 0x80) | (byte < 0x20 ? 1 : 0) | (isMark ? 1 : 0)
    }
    guard odd == 0 else { return JSONValue.write(String(decoding: text, as: UTF8.self), into: &bytes) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// True for Postgres' text of a number that is JSON's, too: the words that JSON cannot express end in a letter.
  private static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
    text.last.map { (0x30...0x39).contains($0) } ?? false
  }

  /// Appends a time. One that RFC 3339 cannot express, such as infinity, is the first or the last that it can.
  private static func write(timeOf row: PostgresRow, _ index: Int, into bytes: inout [UInt8]) throws {
    guard let time = try row.time(at: index) else { return bytes.append(contentsOf: null) }
    bytes.append(UInt8(ascii: "\""))
    RFC3339.writeUTC(microseconds: time.microsecondsSince1970, into: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// The row's place in an order.
  static func cursor(_ row: PostgresRow, sort: ItemSort) throws -> ItemCursor {
    var cursor = ItemCursor()
    cursor.sort = sort
    cursor.key = try (0..<ItemSort.key.count).map { CursorText.place(of: try row[$0]) }
    switch sort.field {
    case .title: cursor.value = CursorText.place(of: try row[3])
    case .amount: cursor.value = try place(row, 9)
    case .rating: cursor.value = try place(row, 11)
    case .publishedAt: cursor.value = try time(row, 15)
    case .createdAt: cursor.value = try time(row, 16)
    case .updatedAt: cursor.value = try time(row, 17)
    }
    return cursor
  }

  private static func time(_ row: PostgresRow, _ index: Int) throws -> JSONValue {
    try row.time(at: index).map { .number(JSONNumber(Int($0.microsecondsSince2000))) } ?? .null
  }

  /// The numbers of Postgres that JSON cannot express.
  static let noNumbers: Set = ["NaN", "Infinity", "-Infinity"]

  /// As the number. A long one has a mark, and one of `noNumbers` its name: its place is not that of null.
  private static func place(_ row: PostgresRow, _ index: Int) throws -> JSONValue {
    guard let text = try row.text(at: index) else { return .null }
    let place = CursorText.place(of: text)
    guard !noNumbers.contains(text), place.string != nil else { return place }
    return JSONNumber(text).map { .number($0) } ?? .null
  }
}
