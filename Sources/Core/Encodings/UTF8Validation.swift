/// Checks UTF-8, so that a page without bad bytes is not copied.
enum UTF8Validation {
  /// Source: https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf, table 3-7.
  static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool { validCount(bytes) == bytes.count }

  /// Returns the number of bytes before the first that is not UTF-8.
  static func validCount(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBytes { bytes in
      var index = 0
      while index < bytes.count {
        // Eight bytes of ASCII at a time.
        if index + 8 <= bytes.count,
          bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
          index += 8
          continue
        }
        let start = index
        let first = bytes[index]
        index += 1
        if first < 0x80 { continue }
        guard let (count, second) = rest(after: first), index + count <= bytes.count, second ~= bytes[index] else {
          return start
        }
        for next in index..<index + count where bytes[next] & 0xC0 != 0x80 { return start }
        index += count
      }
      return index
    }
  }

  /// Returns the number of bytes that follow a first byte, and the values that the second one can have.
  private static func rest(after first: UInt8) -> (count: Int, second: ClosedRange<UInt8>)? {
    switch first {
    case 0xC2...0xDF: (1, 0x80...0xBF)
    case 0xE0: (2, 0xA0...0xBF)
    case 0xED: (2, 0x80...0x9F)
    case 0xE1...0xEF: (2, 0x80...0xBF)
    case 0xF0: (3, 0x90...0xBF)
    case 0xF1...0xF3: (3, 0x80...0xBF)
    case 0xF4: (3, 0x80...0x8F)
    default: nil
    }
  }
}
