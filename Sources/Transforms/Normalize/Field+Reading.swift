import JSON
import Markup

extension Field {
  /// A field's value in one record.
  enum Reading: Equatable {
    /// No alias has a value.
    case absent
    /// The field's value. `isWhole` is false if a part of the source's value is not in it.
    case value(JSONValue, isWhole: Bool)
    case unreadable(problem: String)
  }

  /// Reads the field from the source's record: the first alias whose value is neither null nor blank counts, also if it
  /// cannot be read.
  /// - Returns: the reading, and the path that it came from; nil if no alias has a value.
  func read(_ record: JSONObject) -> (reading: Reading, path: FieldPath?) {
    for path in paths {
      let values = path.values(in: record)
      let value: JSONValue
      if type == .list, path.isMany {
        value = .array(values)
        if values.allSatisfy(\.isBlank) { continue }
      } else {
        guard let first = values.first, !first.isBlank else { continue }
        value = first
      }
      return (convert(value, isUTC: utcKeys.contains(path.text)), path)
    }
    return (.absent, nil)
  }

  private func convert(_ value: JSONValue, isUTC: Bool) -> Reading {
    guard let mapped else { return convert(value, type, isUTC: isUTC) }
    if case .value(.string(let text), _) = convert(value, .text, isUTC: false) {
      if let word = mapped[text.trimmed] { return convert(.string(word), type, isUTC: isUTC) }
    } else if case .bool(let flag) = value, let word = mapped["\(flag)"] {
      return convert(.string(word), type, isUTC: isUTC)
    }
    guard let otherwise else { return unreadable(value, "is not in its map") }
    guard case .value(let other, _) = convert(.string(otherwise), type, isUTC: isUTC) else {
      return unreadable(value, "is not in its map")
    }
    return .value(other, isWhole: false)
  }

  /// Converts a value that is neither null nor blank.
  func convert(_ value: JSONValue, _ type: FieldType, isUTC: Bool) -> Reading {
    switch (type, value) {
    case (.json, _): return .value(value, isWhole: true)
    case (.text, .string(let text)): return .value(.string(isTrimmed ? text.trimmed : text), isWhole: true)
    case (.text, .number(let number)): return .value(.string(number.text), isWhole: true)
    case (.htmlText, .string(let text)): return html(text)
    case (.htmlText, .number(let number)): return .value(.string(number.text), isWhole: true)
    case (.number, .number), (.decimalComma, .number): return .value(value, isWhole: true)
    case (.integer, .number(let number)): return integer(number, of: value)
    case (.number, .string(let text)):
      return JSONNumber(reading: text).map { .value(.number($0), isWhole: true) }
        ?? unreadable(value, Self.noNumber(text))
    case (.decimalComma, .string(let text)):
      return JSONNumber(readingDecimalComma: text).map { .value(.number($0), isWhole: true) }
        ?? unreadable(value, "is not a number with a decimal comma")
    case (.integer, .string(let text)):
      return JSONNumber(reading: text).map { integer($0, of: value) } ?? unreadable(value, Self.noNumber(text))
    case (.boolean, .bool): return .value(value, isWhole: true)
    case (.boolean, .string(let text)):
      switch text.trimmed.lowercased() {
      case "true": return .value(true, isWhole: true)
      case "false": return .value(false, isWhole: true)
      default: return unreadable(value, "is neither true nor false: map can name the source's words for them")
      }
    case (.date, _):
      let day = formats.lazy.compactMap { $0.read(value) }.first.flatMap { $0.second == nil ? $0.day : nil }
      return day.map { .value(.string($0.description), isWhole: true) } ?? unreadable(value, "is not a date")
    case (.timestamp, _):
      let time = formats.lazy.compactMap { $0.read(value) }.first
      return time?.timestamp(in: isUTC ? nil : zone, defaultSecond: defaultSecond)
        .map { .value(.string($0), isWhole: true) } ?? unreadable(value, "is not a timestamp")
    case (.list, .array(let elements)): return list(elements)
    case (.list, .string(let text)):
      guard let separator else { return unreadable(value, "is not a list") }
      return list(text.components(dividedBy: separator).map { .string($0) })
    default: return unreadable(value, "is not \(type.article)")
    }
  }

  private static func noNumber(_ text: String) -> String {
    let isWithComma = JSONNumber(readingDecimalComma: text) != nil
    return isWithComma ? "is not a number: the type decimal_comma reads it" : "is not a number"
  }

  private func html(_ text: String) -> Reading {
    let plain = HTMLText.text(of: text).collapsed
    return plain.isEmpty ? .absent : .value(.string(plain), isWhole: true)
  }

  private func integer(_ number: JSONNumber, of value: JSONValue) -> Reading {
    guard let decimal = DecimalNumber(number), truncates || decimal.decimalPlaces == 0,
      let whole = JSONNumber(decimal.truncated.text)
    else { return unreadable(value, "is not an integer") }
    return .value(.number(number.integer == nil ? whole : number), isWhole: true)
  }

  /// Texts of a list are trimmed, and null and blank ones are left out. Other elements that cannot be read are left out as
  /// well, and the list is not whole then.
  private func list(_ elements: [JSONValue]) -> Reading {
    var isWhole = true
    var values: [JSONValue] = []
    for element in elements where !element.isBlank {
      switch convert(element, elementType, isUTC: false) {
      case .value(.string(let text), _): values.append(.string(text.trimmed))
      case .value(let value, _): values.append(value)
      case .absent: break
      case .unreadable: isWhole = false
      }
    }
    return .value(.array(values), isWhole: isWhole)
  }

  /// Returns the limit that a value breaks; nil if it breaks none.
  func limitProblem(_ value: JSONValue) -> String? {
    if let maximumLength, case .string(let text) = value, text.unicodeScalars.count > maximumLength {
      return "it has \(text.unicodeScalars.count) characters, and at most \(maximumLength) are allowed"
    }
    guard minimum != nil || maximum != nil, case .number(let number) = value else { return nil }
    guard let decimal = DecimalNumber(number) else { return "it is \(number.text.prefix(40)), which is out of range" }
    if let minimum, decimal < minimum { return "it is \(number.text.prefix(40)): it must be \(range)" }
    if let maximum, maximum < decimal { return "it is \(number.text.prefix(40)): it must be \(range)" }
    return nil
  }

  private func unreadable(_ value: JSONValue, _ problem: String) -> Reading {
    let shown =
      switch value {
      case .string(let text): "'\(text.prefix(40))'"
      case .number(let number): String(number.text.prefix(40))
      default: value.kind
      }
    return .unreadable(problem: "\(shown) \(problem)")
  }
}

extension JSONValue {
  /// True for null, and a text of nothing but white space.
  var isBlank: Bool { isNull || string?.isBlank == true }
}

extension FieldType {
  /// The type with its article, for messages.
  fileprivate var article: String {
    switch self {
    case .text, .htmlText: "a text"
    case .integer: "an integer"
    case .number, .decimalComma: "a number"
    case .boolean: "true or false"
    case .date: "a date"
    case .timestamp: "a timestamp"
    case .list: "a list"
    case .json: "a value"
    }
  }
}

extension String {
  /// Divides a text at each occurrence of a separator, which is not empty.
  fileprivate func components(dividedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let found = rest.firstRange(of: separator) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}
