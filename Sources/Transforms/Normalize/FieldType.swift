/// The type of a field's value.
enum FieldType: String, CaseIterable, Sendable {
  /// A text, or a number in its spelling.
  case text
  /// Markup, of which the text is kept.
  case htmlText = "html_text"
  case integer
  case number
  /// A number that a text may spell as `1.234,5`.
  case decimalComma = "decimal_comma"
  case boolean
  /// `2024-01-15`
  case date
  /// An instant, as RFC 3339.
  case timestamp
  case list
  /// Any value, as it is.
  case json

  var isText: Bool { self == .text || self == .htmlText }
  var isNumber: Bool { self == .integer || self == .number || self == .decimalComma }
  var isTime: Bool { self == .date || self == .timestamp }
}
