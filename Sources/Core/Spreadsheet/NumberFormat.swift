/// Decides by its number format if a number is a date or a time.
enum NumberFormat {
  /// The rule of a library, so that a workbook has the dates that its readers know.
  enum Rule {
    /// openpyxl's, for .xlsx: a letter of a date in the first section that is neither quoted, escaped nor in brackets.
    /// `[h]:mm` is a time, `[Red]0` is not.
    case firstSection
    /// xlrd's, for .xls: more letters of dates than places of digits, in all sections and outside of brackets.
    case weights
  }

  /// The length to which programs limit a format, in characters.
  private static let maximumLength = 255

  /// True if a format shows dates.
  static func isDate(_ format: some Sequence<UInt8>, by rule: Rule) -> Bool {
    var length = 0
    let bytes = format.prefix { byte in
      // The following bytes of a character do not count.
      if byte & 0xC0 != 0x80 { length += 1 }
      return length <= maximumLength
    }
    return rule == .weights ? hasMoreDateLetters(Array(bytes)[...]) : beginsWithDate(Array(bytes)[...])
  }

  private static func beginsWithDate(_ format: ArraySlice<UInt8>) -> Bool {
    var bytes = format
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: ";"): return false
      case UInt8(ascii: "["):
        guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { continue }
        if isElapsedTime(bytes[..<end]) { return true }
        bytes = bytes[(end + 1)...]
      default: if !skipLiteral(byte, &bytes), isDateLetter(byte) { return true }
      }
    }
    return false
  }

  /// Literals are taken out before brackets, as xlrd does.
  private static func hasMoreDateLetters(_ format: ArraySlice<UInt8>) -> Bool {
    var bytes = format
    var shown: [UInt8] = []
    while let byte = bytes.popFirst() { if !skipLiteral(byte, &bytes) { shown.append(byte) } }
    var rest = shown[...]
    var (letters, digits) = (0, 0)
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) {
        rest = rest[(end + 1)...]
      } else if isDateLetter(byte) {
        letters += 1
      } else if "0#?".utf8.contains(byte) {
        digits += 1
      }
    }
    return letters > digits
  }

  /// Skips what is shown as it is, left blank, or repeated.
  /// - Returns: false for a byte that begins no such text.
  private static func skipLiteral(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> Bool {
    switch byte {
    case UInt8(ascii: "\""): rest = rest.drop { $0 != UInt8(ascii: "\"") }.dropFirst()
    case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): rest = rest.dropFirst()
    default: return false
    }
    return true
  }

  /// True if a built-in format, which a file need not describe, shows dates.
  /// - Parameter includesAsian: with those that programs of East Asia and Thailand have.
  static func isBuiltInDate(_ identifier: Int, includesAsian: Bool) -> Bool {
    switch identifier {
    case 14...22, 45...47: true
    case 27...36, 50...58, 71...81: includesAsian
    default: false
    }
  }

  private static func isDateLetter(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "d"), UInt8(ascii: "h"), UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "y"): true
    default: false
    }
  }

  /// Hours, minutes or seconds that are not limited to a day: `h`, `hh`, `m`, `mm`, `s` or `ss`.
  private static func isElapsedTime(_ content: ArraySlice<UInt8>) -> Bool {
    guard let first = content.first, content.count <= 2, content.allSatisfy({ $0 | 0x20 == first | 0x20 }) else {
      return false
    }
    return [UInt8(ascii: "h"), UInt8(ascii: "m"), UInt8(ascii: "s")].contains(first | 0x20)
  }
}
