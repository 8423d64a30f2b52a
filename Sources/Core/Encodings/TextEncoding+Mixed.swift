extension TextEncoding {
  /// True for an encoding in which each byte is a character.
  public var isSingleByte: Bool {
    switch self {
    case .utf8, .utf16BE, .utf16LE, .gbk, .gb18030, .big5, .eucJP, .iso2022JP, .shiftJIS, .eucKR, .replacement: false
    default: true
    }
  }

  /// Decodes a text that should be UTF-8, and has bytes of windows-1252: what is UTF-8 stays, and each other byte is a
  /// character of windows-1252.
  public static func decodeMixed(_ bytes: [UInt8]) -> [UInt8] {
    guard !isUTF8(bytes) else { return bytes }
    let characters = (UInt8(0x80)...0xFF).map { (try? windows1252.decode([$0])) ?? [] }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 8)
    var start = 0
    while start < bytes.count {
      let end = start + UTF8Validation.validCount(bytes[start...])
      result += bytes[start..<end]
      // Not ASCII, which is UTF-8.
      if end < bytes.count { result += characters[Int(bytes[end] & 0x7F)] }
      start = end + 1
    }
    return result
  }
}
