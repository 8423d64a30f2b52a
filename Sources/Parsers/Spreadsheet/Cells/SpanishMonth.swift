import Text
import Time

/// Months and dates as Spanish texts have them.
enum SpanishMonth {
  private static let names = [
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
  ]
  /// Further spellings of September: Argentina writes setiembre, too.
  private static let september = ["setiembre", "sept", "set"]

  /// Reads a month's name, or its first three letters, in any case. A point and a footnote's mark at the end are no part of
  /// it: `Octubre (*)`, `Marzo 1/`, `Mayo p/`.
  static func month(_ text: String) -> Int? {
    let bytes = plain(text)
    let name = bytes.prefix(while: \.isASCIILetter)
    return isMark(bytes[name.endIndex...]) ? month(name) : nil
  }

  /// True for nothing, and for the mark of a footnote or of a figure that is provisional, estimated or revised: `(1)`,
  /// `2/`, `(p)`. Bare digits are none: they may be a year.
  /// - Parameter text: in lower case and without asterisks.
  static func isMark(_ text: ArraySlice<UInt8>) -> Bool {
    let digits = text.count(where: \.isASCIIDigit)
    let letters = text.count(where: \.isASCIILetter)
    let isDelimited = text.contains { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "/") }
    return letters + digits <= 2 && (digits == 0 || isDelimited)
      && text.allSatisfy { $0.isASCIIDigit || " .()/per".utf8.contains($0) }
  }

  /// Reads a month and a year as the month's first day: `Enero-09`, `abril-09`, `feb-22*`, `sep. 2021`, `mayo de 2010`. A
  /// year of two digits is one of 1969 to 2068, as in POSIX.
  static func date(_ text: String) -> CalendarDate? {
    let bytes = plain(text)
    let name = bytes.prefix(while: \.isASCIILetter)
    guard let month = month(name) else { return nil }
    var rest = bytes[name.endIndex...]
    let first = rest.prefix(while: isSeparator)
    rest = rest[first.endIndex...]
    if rest.starts(with: "de".utf8) {
      rest = rest.dropFirst(2)
      if rest.first == UInt8(ascii: "l") { rest.removeFirst() }
      guard rest.first.map(isSeparator) == true else { return nil }
      rest = rest.drop(while: isSeparator)
    }
    guard !first.isEmpty, rest.allSatisfy(\.isASCIIDigit), rest.count == 2 || rest.count == 4 else { return nil }
    let digits = rest.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    let year = rest.count == 4 ? digits : digits < 69 ? 2000 + digits : 1900 + digits
    return CalendarDate(year: year, month: month, day: 1)
  }

  private static func month(_ word: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: word, as: UTF8.self)
    if september.contains(text) { return 9 }
    return names.firstIndex { $0 == text || text.utf8.count == 3 && $0.hasPrefix(text) }.map { $0 + 1 }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool { "-/._ ".utf8.contains(byte) }

  /// The text in lower case, without asterisks and white space at its ends. White space within it becomes a space each, any
  /// other character that is not ASCII a NUL, which no date has.
  static func plain(_ text: String) -> [UInt8] {
    let bytes = text.unicodeScalars.filter { $0 != "*" }.map { scalar -> UInt8 in
      if scalar.properties.isWhitespace { return 0x20 }
      if scalar == "–" { return UInt8(ascii: "-") }
      return scalar.isASCII ? UInt8(scalar.value).asciiLowercased : 0
    }
    return Array(bytes.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed())
  }
}
