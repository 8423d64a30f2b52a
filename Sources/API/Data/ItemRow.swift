import APISupport
import JSON
import Postgres
import Time

/// The columns of an item, and its JSON. It is written byte by byte from the row: a page may have a thousand items.
enum ItemRow {
  /// The select list.
  static func columns(of table: ItemTable) -> String {
    let list = [
      "source_type", "source_name", "external_id", "title", table.sql("description", or: "text"),
      table.sql("category", or: "text"), table.sql("url", or: "text"), table.sql("image_url", or: "text"),
      table.sql("author", or: "text"), table.number("amount"), table.sql("quantity", or: "bigint"),
      table.number("rating"), table.sql("tags", or: "jsonb"), table.sql("metadata", or: "jsonb"),
      table.sql("status", or: "text"), table.sql("published_at", or: "timestamptz"), "_first_seen", "_last_seen",
    ]
    return list.joined(separator: ", ")
  }

  private enum Kind {
    case text, number, integer, json, time
  }

  /// The members in the order of the columns: what stands before each value, and what it is. The names are static
  /// strings: arrays would be retained and released at each use, which took a third of the time.
  private static let members: [(name: StaticString, kind: Kind)] = [
    (#"{"source_type":"#, .text), (#","source_name":"#, .text), (#","external_id":"#, .text), (#","title":"#, .text),
    (#","description":"#, .text), (#","category":"#, .text), (#","url":"#, .text), (#","image_url":"#, .text),
    (#","author":"#, .text), (#","amount":"#, .number), (#","quantity":"#, .integer), (#","rating":"#, .number),
    (#","tags":"#, .json), (#","extra_metadata":"#, .json), (#","status":"#, .text), (#","published_at":"#, .time),
    (#","created_at":"#, .time), (#","updated_at":"#, .time),
  ]

  /// Appends an item's JSON object.
  static func write(_ row: PostgresRow, into bytes: inout [UInt8]) throws {
    for (index, (name, kind)) in members.enumerated() {
      switch kind {
      case .integer:
        bytes.append(name)
        bytes.append(contentsOf: (try row.integer(at: index).map(String.init) ?? "null").utf8)
      case .time:
        bytes.append(name)
        try write(timeOf: row, index, into: &bytes)
      case .text, .number, .json:
        try row.withText(at: index) { text in
          if let text, kind != .number || isNumber(text) {
            write(name, text, isQuoted: kind == .text, into: &bytes)
          } else {
            bytes.append(name)
            bytes.append("null")
          }
        }
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Appends a member. Most values need nothing but their copy.
  private static func write(
    _ name: StaticString, _ value: UnsafeRawBufferPointer, isQuoted: Bool, into bytes: inout [UInt8]
  ) {
    guard !isQuoted || isPlain(value) else {
      bytes.append(name)
      return JSONValue.write(String(decoding: value, as: UTF8.self), into: &bytes)
    }
    // One append for all parts: each one checks the array's capacity.
    bytes.append(addingCapacity: name.utf8CodeUnitCount + value.count + 2) { output in
      name.withUTF8Buffer { output.append(UnsafeRawBufferPointer($0)) }
      if isQuoted { output.append(UInt8(ascii: "\"")) }
      output.append(value)
      if isQuoted { output.append(UInt8(ascii: "\"")) }
    }
  }

  /// True for a text that is a JSON string without a change.
  private static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
    text.withMemoryRebound(to: UInt8.self) { text in
      // By index, all bytes, without a branch: the compiler makes vectors of this, and not of `reduce`.
      var odd: UInt8 = 0
      for index in 0..<text.count {
        let byte = text[index]
        odd |= byte & 0x80
        odd |= byte < 0x20 ? 1 : 0
        odd |= byte == UInt8(ascii: "\"") ? 1 : 0
        odd |= byte == UInt8(ascii: "\\") ? 1 : 0
      }
      return odd == 0
    }
  }

  /// False for the numbers that JSON cannot express, and for other texts in a column of texts.
  private static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
    text.withMemoryRebound(to: UInt8.self) { JSONNumber.isNumber($0.span) }
  }

  /// Appends a time. One that RFC 3339 cannot express, such as infinity, is the first or the last that it can.
  private static func write(timeOf row: PostgresRow, _ index: Int, into bytes: inout [UInt8]) throws {
    guard let time = try row.time(at: index) else { return bytes.append("null") }
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

extension [UInt8] {
  fileprivate mutating func append(_ text: StaticString) { text.withUTF8Buffer { append(contentsOf: $0) } }
}

extension OutputSpan<UInt8> {
  fileprivate mutating func append(_ bytes: UnsafeRawBufferPointer) {
    withUnsafeMutableBufferPointer { output, count in
      UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(output)[count...]).copyMemory(from: bytes)
      count += bytes.count
    }
  }
}
