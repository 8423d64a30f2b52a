extension TextEncoding {
  /// Source: https://encoding.spec.whatwg.org/#iso-2022-jp-decoder
  func decodeISO2022JP(_ bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    // JIS X 0208 has the same rows there, with the upper bit set.
    let converter = try ICUConverter("euc-jp-2007", for: self)
    var writer = UTF8Writer(capacity: bytes.count)
    var set = CharacterSet.ascii
    // Two escape sequences without a character between them are an error.
    var isAfterEscape = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x1B {
        if let next = Self.set(bytes, at: index) {
          if isAfterEscape { writer.appendReplacement() }
          (set, isAfterEscape) = (next, true)
          index += 2
        } else {
          writer.appendReplacement()
          isAfterEscape = false
        }
        continue
      }
      isAfterEscape = false
      switch (set, byte) {
      case (.ascii, 0x0E), (.ascii, 0x0F), (.roman, 0x0E), (.roman, 0x0F): writer.appendReplacement()
      case (.roman, 0x5C): writer.append(0xA5)
      case (.roman, 0x7E): writer.append(0x203E)
      case (.ascii, 0...0x7F), (.roman, 0...0x7F): writer.append(UInt32(byte))
      case (.katakana, 0x21...0x5F): writer.append(0xFF61 - 0x21 + UInt32(byte))
      case (.twoBytes, 0x21...0x7E):
        guard index < bytes.count, bytes[index] != 0x1B else {
          writer.appendReplacement()
          continue
        }
        let trail = bytes[index]
        index += 1
        writer.append((0x21...0x7E ~= trail ? converter.scalar(byte | 0x80, trail | 0x80) : nil) ?? 0xFFFD)
      default: writer.appendReplacement()
      }
    }
    return writer.bytes
  }

  private enum CharacterSet {
    case ascii
    case roman
    case katakana
    case twoBytes
  }

  /// Returns the set that the two bytes after an escape character select.
  private static func set(_ bytes: [UInt8], at index: Int) -> CharacterSet? {
    guard index + 1 < bytes.count else { return nil }
    return switch (bytes[index], bytes[index + 1]) {
    case (0x28, 0x42): .ascii
    case (0x28, 0x4A): .roman
    case (0x28, 0x49): .katakana
    case (0x24, 0x40), (0x24, 0x42): .twoBytes
    default: nil
    }
  }
}
