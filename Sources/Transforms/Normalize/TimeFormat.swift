import JSON
import Text
import Time

/// The spelling of a date or a timestamp: `iso8601`, `unix`, `unix_ms`, or a pattern such as `%d/%m/%Y %H:%M`.
enum TimeFormat: Sendable {
  case iso8601
  /// Seconds since 1970, a number.
  case unix
  /// Milliseconds since 1970, a number.
  case unixMilliseconds
  case pattern([Part])

  enum Part: Equatable, Sendable {
    case literal(UInt8)
    case space
    /// The letter behind `%`.
    case field(Character)
  }

  /// The letters of patterns, as in `strptime`.
  static let fields: [Character] = ["Y", "y", "m", "d", "H", "I", "M", "S", "p", "b", "B", "z"]

  init?(_ text: String) {
    switch text {
    case "iso8601": self = .iso8601
    case "unix": self = .unix
    case "unix_ms": self = .unixMilliseconds
    default:
      var parts: [Part] = []
      var rest = text[...]
      while let character = rest.popFirst() {
        if character == "%" {
          guard let letter = rest.popFirst(), letter == "%" || Self.fields.contains(letter) else { return nil }
          parts.append(letter == "%" ? .literal(UInt8(ascii: "%")) : .field(letter))
        } else if character == " " {
          parts.append(.space)
        } else {
          parts += character.utf8.map { .literal($0) }
        }
      }
      let used = Set(parts.compactMap { if case .field(let letter) = $0 { letter } else { nil } })
      guard !used.isDisjoint(with: ["Y", "y"]), !used.isDisjoint(with: ["m", "b", "B"]), used.contains("d") else {
        return nil
      }
      self = .pattern(parts)
    }
  }

  /// - Returns: nil if the value is not spelled so.
  func read(_ value: JSONValue) -> LocalTime? {
    switch self {
    case .iso8601: value.string.flatMap { LocalTime(iso8601: $0) }
    case .unix: Self.seconds(value, factor: 1)
    case .unixMilliseconds: Self.seconds(value, factor: 1000)
    case .pattern(let parts): value.string.flatMap { Self.read($0, parts) }
    }
  }

  private static func seconds(_ value: JSONValue, factor: Int) -> LocalTime? {
    let number = value.number ?? value.string.flatMap { JSONNumber(reading: $0) }
    guard let number, let whole = DecimalNumber(number), whole.isInteger,
      let units = whole.truncated.flatMap({ Int($0.text) }), (units / factor).magnitude < 300_000_000_000
    else { return nil }
    let second = units / factor - (units % factor < 0 ? 1 : 0)
    let days = second / 86_400 - (second % 86_400 < 0 ? 1 : 0)
    let day = CalendarDate(daysSinceEpoch: days)
    guard day.daysSinceEpoch == days else { return nil }
    let milliseconds = factor == 1 ? 0 : units - second * factor
    let digits = String(1000 + milliseconds).dropFirst()
    return LocalTime(
      day: day, second: second - days * 86_400, fraction: milliseconds == 0 ? "" : String(digits), offset: 0)
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  private static func read(_ text: String, _ parts: [Part]) -> LocalTime? {
    var bytes = Array(text.trimmed.utf8)[...]
    var numbers: [Character: Int] = [:]
    for part in parts {
      switch part {
      case .literal(let byte):
        guard bytes.popFirst() == byte else { return nil }
      case .space:
        guard bytes.first == 0x20 else { return nil }
        bytes = bytes.drop { $0 == 0x20 }
      case .field(let letter):
        guard let number = number(letter, &bytes) else { return nil }
        numbers[letter] = number
      }
    }
    guard bytes.isEmpty, let year = numbers["Y"] ?? numbers["y"],
      let month = numbers["m"] ?? numbers["b"] ?? numbers["B"], let dayNumber = numbers["d"],
      let day = CalendarDate(year: year, month: month, day: dayNumber)
    else { return nil }
    var hour = numbers["H"]
    if let clock = numbers["I"] {
      guard (1...12).contains(clock), let half = numbers["p"] else { return nil }
      hour = clock % 12 + half
    }
    guard let hour else { return LocalTime(day: day, second: nil, offset: numbers["z"]) }
    let (minute, second) = (numbers["M"] ?? 0, numbers["S"] ?? 0)
    guard hour < 24, minute < 60, second < 60 else { return nil }
    return LocalTime(day: day, second: hour * 3600 + minute * 60 + second, offset: numbers["z"])
  }

  private static func number(_ letter: Character, _ bytes: inout ArraySlice<UInt8>) -> Int? {
    switch letter {
    case "Y": return LocalTime.number(4, &bytes)
    // As in POSIX: 69 to 99 are of the 20th century.
    case "y": return LocalTime.number(2, &bytes).map { $0 < 69 ? 2000 + $0 : 1900 + $0 }
    case "z": return LocalTime.offset(&bytes)
    case "p":
      let word = String(decoding: bytes.prefix(2), as: UTF8.self).lowercased()
      guard word == "am" || word == "pm" else { return nil }
      bytes = bytes.dropFirst(2)
      return word == "am" ? 0 : 12
    case "b", "B":
      let word = String(decoding: bytes.prefix(while: \.isASCIILetter), as: UTF8.self).lowercased()
      guard let index = months.firstIndex(where: { letter == "b" ? $0.prefix(3) == word : $0 == word }) else {
        return nil
      }
      bytes = bytes.dropFirst(word.utf8.count)
      return index + 1
    default: return LocalTime.number(2, &bytes) ?? LocalTime.number(1, &bytes)
    }
  }
}
