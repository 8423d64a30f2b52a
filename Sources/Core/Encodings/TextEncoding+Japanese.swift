extension TextEncoding {
  /// The half-width katakana in bytes from 0xA1 to 0xDF.
  private static func katakana(_ byte: UInt8) -> UInt32 { 0xFF61 - 0xA1 + UInt32(byte) }

  /// Source: https://encoding.spec.whatwg.org/#shift_jis-decoder
  func decodeShiftJIS(_ bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    let converter = try ICUConverter("ibm-943_P15A-2003", for: self)
    var writer = UTF8Writer(capacity: bytes.count * 3 / 2)
    var index = writer.copyASCII(bytes, from: 0)
    while index < bytes.count {
      let lead = bytes[index]
      switch lead {
      case 0x80:
        writer.append(0x80)
        index += 1
      case 0xA1...0xDF:
        writer.append(Self.katakana(lead))
        index += 1
      case 0x81...0x9F, 0xE0...0xFC:
        guard index + 1 < bytes.count else {
          writer.appendReplacement()
          return writer.bytes
        }
        let trail = bytes[index + 1]
        let scalar = 0x40...0xFC ~= trail && trail != 0x7F ? Self.shiftJIS(lead, trail, converter) : nil
        writer.append(scalar ?? 0xFFFD)
        index += scalar == nil && trail < 0x80 ? 1 : 2
      default:
        writer.appendReplacement()
        index += 1
      }
      index = writer.copyASCII(bytes, from: index)
    }
    return writer.bytes
  }

  private static func shiftJIS(_ lead: UInt8, _ trail: UInt8, _ converter: ICUConverter) -> UInt32? {
    guard 0xF0...0xF9 ~= lead else { return converter.scalar(lead, trail) }
    // Characters that users define.
    return 0xE000 + UInt32(lead - 0xF0) * 188 + UInt32(trail) - (trail < 0x7F ? 0x40 : 0x41)
  }

  /// Source: https://encoding.spec.whatwg.org/#euc-jp-decoder
  func decodeEUCJP(_ bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    let converter = try ICUConverter("euc-jp-2007", for: self)
    var writer = UTF8Writer(capacity: bytes.count * 3 / 2)
    var index = writer.copyASCII(bytes, from: 0)
    while index < bytes.count {
      let start = index
      var lead = bytes[index]
      index += 1
      guard lead == 0x8E || lead == 0x8F || 0xA1...0xFE ~= lead, index < bytes.count else {
        writer.appendReplacement()
        index = writer.copyASCII(bytes, from: index)
        continue
      }
      // Three bytes: JIS X 0212.
      let isThree = lead == 0x8F && 0xA1...0xFE ~= bytes[index]
      if isThree {
        lead = bytes[index]
        index += 1
      }
      guard index < bytes.count else {
        writer.appendReplacement()
        break
      }
      let trail = bytes[index]
      let scalar: UInt32? =
        switch (lead, trail) {
        case (0x8E, 0xA1...0xDF): Self.katakana(trail)
        case (0xF3, 0xA1...0xB4), (0xF3, 0xB7): isThree ? nil : converter.scalar(lead, trail)
        case (0xA1...0xFE, 0xA1...0xFE):
          isThree ? converter.scalar(bytes[start], lead, trail) : converter.scalar(lead, trail)
        default: nil
        }
      writer.append(scalar ?? 0xFFFD)
      if scalar != nil || trail >= 0x80 { index += 1 }
      index = writer.copyASCII(bytes, from: index)
    }
    return writer.bytes
  }
}
