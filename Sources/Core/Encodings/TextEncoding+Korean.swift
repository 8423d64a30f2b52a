extension TextEncoding {
  /// Source: https://encoding.spec.whatwg.org/#euc-kr-decoder
  func decodeEUCKR(_ bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    let converter = try ICUConverter("windows-949-2000", for: self)
    var writer = UTF8Writer(capacity: bytes.count * 3 / 2)
    var index = writer.copyASCII(bytes, from: 0)
    while index < bytes.count {
      let lead = bytes[index]
      if 0x81...0xFE ~= lead, index + 1 < bytes.count {
        let trail = bytes[index + 1]
        // Private use characters are ICU's own.
        let scalar = (0x41...0xFE ~= trail ? converter.scalar(lead, trail) : nil).flatMap {
          0xE000..<0xF900 ~= $0 ? nil : $0
        }
        writer.append(scalar ?? 0xFFFD)
        index += scalar == nil && trail < 0x80 ? 1 : 2
      } else {
        writer.appendReplacement()
        index += 1
      }
      index = writer.copyASCII(bytes, from: index)
    }
    return writer.bytes
  }
}
