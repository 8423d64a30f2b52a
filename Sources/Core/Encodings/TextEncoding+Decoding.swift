extension TextEncoding {
  /// Decodes bytes to UTF-8. One U+FFFD stands for each bad sequence, as in a browser, so that a bad byte costs one character
  /// and not the rest of the text. A byte order mark is not removed.
  /// Source: https://encoding.spec.whatwg.org/#concept-encoding-run
  /// - Throws: only for encodings of more than one byte a character, if their tables are missing on this machine.
  public func decode(_ bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    switch self {
    case .utf8: return UTF8Validation.isValid(bytes[...]) ? bytes : Array(String(decoding: bytes, as: UTF8.self).utf8)
    case .utf16BE: return Self.decodeUTF16(bytes, first: 0)
    case .utf16LE: return Self.decodeUTF16(bytes, first: 1)
    // These encodings could hide markup from programs that do not know them.
    case .replacement: return bytes.isEmpty ? [] : Array("\u{FFFD}".utf8)
    case .gbk, .gb18030: return try decodeGB18030(bytes)
    case .big5: return try decodeBig5(bytes)
    case .eucKR: return try decodeEUCKR(bytes)
    case .eucJP: return try decodeEUCJP(bytes)
    case .shiftJIS: return try decodeShiftJIS(bytes)
    case .iso2022JP: return try decodeISO2022JP(bytes)
    default: return decodeSingleByte(bytes)
    }
  }

  private func decodeSingleByte(_ bytes: [UInt8]) -> [UInt8] {
    var writer = UTF8Writer(capacity: bytes.count + bytes.count / 4)
    let table = upperCharacters
    var index = writer.copyASCII(bytes, from: 0)
    while index < bytes.count {
      writer.append(table[Int(bytes[index] & 0x7F)])
      index = writer.copyASCII(bytes, from: index + 1)
    }
    return writer.bytes
  }

  /// The characters of the bytes from 0x80 to 0xFF.
  private var upperCharacters: [UInt32] {
    if let iso8859Characters { return (0x80..<0xA0) + iso8859Characters.unicodeScalars.map(\.value) }
    if let vendorCharacters { return vendorCharacters.unicodeScalars.map(\.value) }
    return Array(0xF780..<0xF800)  // x-user-defined
  }

  /// - Parameter first: the place of the more significant byte in a pair.
  private static func decodeUTF16(_ bytes: [UInt8], first: Int) -> [UInt8] {
    var writer = UTF8Writer(capacity: bytes.count)
    func unit(_ index: Int) -> UInt32 { UInt32(bytes[index + first]) << 8 | UInt32(bytes[index + 1 - first]) }
    var index = 0
    while index + 1 < bytes.count {
      let high = unit(index)
      index += 2
      guard 0xD800..<0xE000 ~= high else {
        writer.append(high)
        continue
      }
      if high < 0xDC00, index + 1 < bytes.count, 0xDC00..<0xE000 ~= unit(index) {
        writer.append(0x10000 + (high - 0xD800) << 10 + unit(index) - 0xDC00)
        index += 2
      } else {
        writer.appendReplacement()
        // The half of a character and the half of a code unit at the end are one bad sequence.
        if high < 0xDC00, index + 1 == bytes.count { return writer.bytes }
      }
    }
    if index < bytes.count { writer.appendReplacement() }
    return writer.bytes
  }
}
