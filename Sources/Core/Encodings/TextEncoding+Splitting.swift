extension TextEncoding {
  /// Returns the number of bytes from the start that can be decoded without those behind them: decoding both parts gives the
  /// same text as decoding all at once. What is left is some bytes of a character or, in the encodings of East Asia, the
  /// bytes behind the last line end.
  /// - Parameter bytes: the beginning of a text, or bytes behind such a place.
  public func wholePrefix(of bytes: [UInt8]) -> Int {
    switch self {
    case .utf8:
      // A first byte always begins a character, whatever is before it.
      let last = bytes.suffix(3)
      return last.lastIndex { $0 >= 0xC0 } ?? bytes.count
    case .utf16BE, .utf16LE:
      let even = bytes.count & ~1
      guard even >= 2 else { return even }
      let high = bytes[self == .utf16BE ? even - 2 : even - 1]
      // The first half of a surrogate pair.
      return 0xD8..<0xDC ~= high ? even - 2 : even
    case .gbk, .gb18030, .big5, .eucJP, .shiftJIS, .eucKR:
      // No character has this byte as a later one, and a bad one ends before it.
      return bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    case .iso2022JP:
      // Only where an escape has led back to ASCII, or none has led away from it, does nothing go on behind a line end.
      guard let end = bytes.lastIndex(of: 0x0A) else { return 0 }
      guard let escape = bytes[..<end].lastIndex(of: 0x1B) else { return end + 1 }
      return bytes[escape..<end].starts(with: [0x1B, 0x28, 0x42]) ? end + 1 : 0
    default: return bytes.count
    }
  }

  /// True if bytes are UTF-8.
  public static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool { UTF8Validation.isValid(bytes) }

  /// True if bytes are UTF-8.
  public static func isUTF8(_ bytes: [UInt8]) -> Bool { UTF8Validation.isValid(bytes[...]) }
}
