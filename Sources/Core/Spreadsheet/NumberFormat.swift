/// Decides by its number format if a number is a date or a time.
enum NumberFormat {
  /// True if a format shows dates: its first section has a letter of a date that is neither quoted, escaped nor in
  /// brackets. `[h]:mm` is a time, `[Red]0` is not.
  static func isDate(_ format: some Sequence<UInt8>) -> Bool {
    var bytes = Array(format)[...]
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: ";"): return false
      case UInt8(ascii: "\""): bytes = bytes.drop { $0 != UInt8(ascii: "\"") }.dropFirst()
      // The character behind it is shown as it is, left blank, or repeated.
      case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): bytes = bytes.dropFirst()
      case UInt8(ascii: "["):
        let content = bytes.prefix { $0 != UInt8(ascii: "]") }
        guard content.count < bytes.count else { continue }
        if isElapsedTime(content) { return true }
        bytes = bytes.dropFirst(content.count + 1)
      default: if isDateLetter(byte) { return true }
      }
    }
    return false
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
