import JSON

/// A field of a document's records: its name, or a path into it.
struct DocumentField: Sendable, CustomStringConvertible {
  let description: String
  private let path: JSONSelector?

  /// - Parameter text: a name such as `title`, or a path such as `.price.amount`.
  init(_ text: String) {
    description = text
    path = text.hasPrefix(".") ? JSONSelector(text) : nil
  }

  /// True for a name, or for a path that leads to one value.
  static func isField(_ text: String) -> Bool {
    guard text.hasPrefix(".") else { return !text.isEmpty }
    return text.contains { $0 != "." && $0 != " " } && !text.contains("[]") && JSONSelector(text) != nil
  }

  /// Returns the value; nil for a record without one: it lacks the field or the path, or has null, a blank text, an empty
  /// list or an empty object.
  func value(in record: JSONObject) -> JSONValue? {
    let value = if let path { try? path.first(in: .object(record)) } else { record[description] }
    // A literal nil could be JSON's null.
    guard let value, !value.isBlank else { return Optional.none }
    return value
  }
}

extension JSONValue {
  /// True for a value that says nothing.
  fileprivate var isBlank: Bool {
    switch self {
    case .null: true
    case .bool, .number: false
    case .string(let text): text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    case .array(let elements): elements.isEmpty
    case .object(let object): object.isEmpty
    }
  }

  /// The value as JSON in one line, for a message.
  var shown: String {
    let text = text
    let scalars = text.unicodeScalars.prefix(40).map { $0.value == 0 || $0.value == 0x7F ? "\u{fffd}" : $0 }
    return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 40 ? "…" : "")
  }
}
