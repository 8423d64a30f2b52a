import JSON

/// An element that is being read, and the fields that come of it.
struct XMLElementBuilder {
  private struct Field {
    let name: String
    var values: [JSONValue]
    let isList: Bool
  }

  private var fields: [Field] = []
  /// The places of the fields by their names.
  private var places: [String: Int] = [:]
  private var text: [UInt8] = []

  /// - Parameter value: the attribute's text.
  mutating func addAttribute(_ name: String, _ value: String) { add("@\(name)", .string(value), isList: false) }

  mutating func addText(_ bytes: Span<UInt8>) { bytes.withUnsafeBufferPointer { text.append(contentsOf: $0) } }

  /// Adds a child. Several of a name are a list.
  mutating func addChild(_ name: String, _ value: JSONValue, isList: Bool) { add(name, value, isList: isList) }

  private mutating func add(_ name: String, _ value: JSONValue, isList: Bool) {
    if let place = places[name] {
      fields[place].values.append(value)
    } else {
      places[name] = fields.count
      fields.append(Field(name: name, values: [value], isList: isList))
    }
  }

  /// The value of an element within a record: its text, or an object if it has attributes or children.
  var value: JSONValue {
    guard fields.isEmpty else { return .object(record) }
    return trimmedText.map { .string($0) } ?? .null
  }

  /// The fields of a record.
  var record: JSONObject {
    var members = fields.map { field -> JSONObject.Member in
      (field.name, field.values.count > 1 || field.isList ? .array(field.values) : field.values[0])
    }
    if let text = trimmedText { members.append(("#text", .string(text))) }
    return JSONObject(unique: members)
  }

  /// The text without white space around it; nil if nothing is left.
  private var trimmedText: String? {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
    guard let start = text.firstIndex(where: { !isSpace($0) }), let end = text.lastIndex(where: { !isSpace($0) })
    else { return nil }
    return String(decoding: text[start...end], as: UTF8.self)
  }
}
