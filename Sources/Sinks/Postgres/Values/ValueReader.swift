import FoundationEssentials
import JSON
import Time

/// A value that does not fit its column.
struct ValueProblem: Error, Equatable {
  /// The field, the value and what is allowed, for a person.
  let text: String
}

/// Reads a value of a record as a column's type, strictly: nothing is rounded, cut or guessed. Where CSV has texts only,
/// a text that spells a number, `true`, a date or a time is one; an empty text in a column of another type is null.
enum ValueReader {
  /// Digits of a number in jsonb, beyond which Postgres may refuse it.
  private static let maximumNumberLength = 1000

  /// - Parameter field: the field's name, for the message.
  static func read(_ value: JSONValue, as type: ColumnType, field: String) throws(ValueProblem) -> ColumnValue {
    switch (value, type) {
    case (.null, _): return .null
    case (.string(let text), .text(let maximum)): return .text(try checked(text, maximum, value, field))
    case (.number(let number), .text(let maximum)): return .text(try checked(number.text, maximum, value, field))
    case (.bool(let flag), .text(let maximum)):
      return .text(try checked(flag ? "true" : "false", maximum, value, field))
    case (_, .jsonb): return .json(try json(value, field))
    case (.array(let elements), .texts): return .texts(try texts(elements, value, field))
    case (.bool(let flag), .boolean): return .flag(flag)
    case (.number(let number), .integer), (.number(let number), .numeric), (.number(let number), .double):
      return try self.number(number.text, type, value, field)
    case (.string(""), _): return .null
    case (.string(let text), _): return try read(text, type, value, field)
    default: throw problem(value, type.allowed, field)
    }
  }

  private static func read(
    _ text: String, _ type: ColumnType, _ value: JSONValue, _ field: String
  ) throws(ValueProblem) -> ColumnValue {
    switch type {
    case .integer, .numeric, .double: return try number(text, type, value, field)
    case .boolean:
      guard text == "true" || text == "false" else { break }
      return .flag(text == "true")
    case .date:
      guard let date = CalendarDate(text) else { break }
      return .date(date)
    case .timestamptz:
      guard let date = RFC3339.parse(text)?.date else { break }
      return .time(microseconds: Int((date.timeIntervalSince1970 * 1_000_000).rounded()))
    case .text, .jsonb, .texts: break
    }
    throw problem(value, type.allowed, field)
  }

  private static func number(
    _ text: String, _ type: ColumnType, _ value: JSONValue, _ field: String
  ) throws(ValueProblem) -> ColumnValue {
    if type == .integer, text.utf8.first != UInt8(ascii: "+"), let integer = Int(text) { return .integer(integer) }
    guard let number = DecimalNumber(text) else { throw problem(value, type.allowed, field) }
    switch type {
    case .integer:
      guard let integer = number.integer else { break }
      return .integer(integer)
    case .numeric(let precision, let scale):
      guard let precision else { return .decimal(number) }
      guard number.decimalPlaces <= scale, number.wholePlaces <= precision - scale else { break }
      return .decimal(number)
    default:
      // A number that is too small becomes 0, which Postgres would refuse and the source did not say.
      guard let double = Double(text), double.isFinite, double != 0 || number.digits.isEmpty else { break }
      return .double(double)
    }
    throw problem(value, type.allowed, field)
  }

  private static func checked(
    _ text: String, _ maximum: Int?, _ value: JSONValue, _ field: String
  ) throws(ValueProblem) -> String {
    guard !text.hasNUL else {
      throw ValueProblem(text: "\(field) has a NUL character, which Postgres cannot store")
    }
    // Bytes are at least as many as characters, and quicker to count.
    if let maximum, text.utf8.count > maximum, text.unicodeScalars.count > maximum {
      throw ValueProblem(
        text: "\(field) has \(text.unicodeScalars.count) characters: it must have at most \(maximum): "
          + shown(value))
    }
    return text
  }

  private static func texts(
    _ elements: [JSONValue], _ value: JSONValue, _ field: String
  ) throws(ValueProblem) -> [String] {
    var texts: [String] = []
    for element in elements {
      guard case .text(let text) = try read(element, as: .text(maximum: nil), field: field) else {
        throw problem(value, ColumnType.texts.allowed, field)
      }
      texts.append(text)
    }
    return texts
  }

  /// Returns a JSON text with sorted members, so that their order does not count.
  static func json(_ value: JSONValue, _ field: String) throws(ValueProblem) -> String {
    var bytes: [UInt8] = []
    try append(value, to: &bytes, field)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(_ value: JSONValue, to bytes: inout [UInt8], _ field: String) throws(ValueProblem) {
    switch value {
    case .string(let text):
      _ = try checked(text, nil, value, field)
      value.write(into: &bytes)
    case .number(let number):
      guard isShort(number.text) || number.text.utf8.count <= maximumNumberLength && DecimalNumber(number) != nil else {
        throw problem(value, "a number of at most \(DecimalNumber.maximumPlaces) places", field)
      }
      value.write(into: &bytes)
    case .null, .bool: value.write(into: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        try append(element, to: &bytes, field)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in object.members.sorted(by: { $0.name.precedes($1.name) }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        try append(.string(member.name), to: &bytes, field)
        bytes.append(UInt8(ascii: ":"))
        try append(member.value, to: &bytes, field)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// True for a number of JSON that has no exponent and few digits: there is nothing to check.
  private static func isShort(_ number: String) -> Bool {
    let bytes = number.utf8.span
    guard bytes.count <= 100 else { return false }
    for index in 0..<bytes.count where bytes[index] | 0x20 == UInt8(ascii: "e") { return false }
    return true
  }

  private static func problem(_ value: JSONValue, _ allowed: String, _ field: String) -> ValueProblem {
    ValueProblem(text: "\(field) is \(shown(value)): it must be \(allowed)")
  }

  /// Returns the value as JSON on one line, cut after 60 characters. Characters that jsonb and text cannot hold are replaced.
  static func shown(_ value: JSONValue) -> String {
    let text = value.text
    let scalars = text.unicodeScalars.prefix(60).map { $0.value == 0 || $0.value == 0x7F ? "\u{fffd}" : $0 }
    return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 60 ? "…" : "")
  }
}

extension ColumnType {
  /// The allowed values, for a person.
  var allowed: String {
    switch self {
    case .text(let maximum): maximum.map { "a text of at most \($0) characters" } ?? "a text"
    case .integer: "an integer from -9223372036854775808 to 9223372036854775807"
    case .numeric(let precision, let scale):
      precision.map {
        "a number such as 12.5, with at most \($0 - scale) digits before the point and \(scale) behind it"
      } ?? "a number such as 12.5"
    case .double: "a number such as 12.5, in the range of a double"
    case .boolean: "true or false"
    case .date: "a date such as 2024-05-31"
    case .timestamptz: "a time with its offset such as 2024-05-31T20:00:00-05:00"
    case .jsonb: "JSON"
    case .texts: "a list of texts"
    }
  }
}
