extension TextEncoding {
  /// Source: https://encoding.spec.whatwg.org/#gb18030-decoder, which is GBK's decoder too.
  func decodeGB18030(_ bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    let converter = try ICUConverter("gb18030", for: self)
    var writer = UTF8Writer(capacity: bytes.count * 3 / 2)
    var index = writer.copyASCII(bytes, from: 0)
    while index < bytes.count {
      let first = bytes[index]
      let second = index + 1 < bytes.count ? bytes[index + 1] : nil
      switch (first, second) {
      case (0x80, _):
        writer.append(0x20AC)
        index += 1
      case (0x81...0xFE, (0x30...0x39)?):
        index = Self.appendFourBytes(bytes, at: index, converter, to: &writer)
      case (0x81...0xFE, let second?):
        let scalar = second >= 0x40 && second != 0x7F && second != 0xFF ? Self.gb18030(first, second, converter) : nil
        writer.append(scalar ?? 0xFFFD)
        index += scalar == nil && second < 0x80 ? 1 : 2
      default:
        writer.appendReplacement()
        index += 1
      }
      index = writer.copyASCII(bytes, from: index)
    }
    return writer.bytes
  }

  /// - Returns: the place after the four bytes or, if they are no character, the place from which the standard continues.
  private static func appendFourBytes(
    _ bytes: [UInt8], at index: Int, _ converter: ICUConverter, to writer: inout UTF8Writer
  ) -> Int {
    guard index + 2 < bytes.count, 0x81...0xFE ~= bytes[index + 2] else {
      writer.appendReplacement()
      return index + 2 < bytes.count ? index + 1 : bytes.count
    }
    guard index + 3 < bytes.count, 0x30...0x39 ~= bytes[index + 3] else {
      writer.appendReplacement()
      return index + 3 < bytes.count ? index + 1 : bytes.count
    }
    writer.append(
      converter.scalar(bytes[index], bytes[index + 1], bytes[index + 2], bytes[index + 3]) ?? 0xFFFD)
    return index + 4
  }

  /// ICU has private use characters for some that Unicode has adopted since.
  private static func gb18030(_ first: UInt8, _ second: UInt8, _ converter: ICUConverter) -> UInt32? {
    switch (first, second) {
    case (0xA3, 0xA0): 0x3000
    case (0xA6, 0xD9): 0xFE10
    case (0xA6, 0xDA): 0xFE12
    case (0xA6, 0xDB): 0xFE11
    case (0xA6, 0xDC...0xDF): 0xFE13 + UInt32(second) - 0xDC
    case (0xA6, 0xEC): 0xFE17
    case (0xA6, 0xED): 0xFE18
    case (0xA6, 0xF3): 0xFE19
    case (0xFE, 0x59): 0x9FB4
    case (0xFE, 0x61): 0x9FB5
    case (0xFE, 0x66): 0x9FB6
    case (0xFE, 0x67): 0x9FB7
    case (0xFE, 0x6D): 0x9FB8
    case (0xFE, 0x7E): 0x9FB9
    case (0xFE, 0x90): 0x9FBA
    case (0xFE, 0xA0): 0x9FBB
    default: converter.scalar(first, second)
    }
  }

  /// Source: https://encoding.spec.whatwg.org/#big5-decoder
  func decodeBig5(_ bytes: [UInt8]) throws(EncodingError) -> [UInt8] {
    let converter = try ICUConverter("ibm-1375_P100-2008", for: self)
    var writer = UTF8Writer(capacity: bytes.count * 3 / 2)
    var index = writer.copyASCII(bytes, from: 0)
    while index < bytes.count {
      let lead = bytes[index]
      guard 0x81...0xFE ~= lead, index + 1 < bytes.count else {
        writer.appendReplacement()
        index = writer.copyASCII(bytes, from: index + 1)
        continue
      }
      let trail = bytes[index + 1]
      let isTrail = 0x40...0x7E ~= trail || 0xA1...0xFE ~= trail
      switch (lead, trail) {
      // Letters with two marks, which are two characters in Unicode.
      case (0x88, 0x62), (0x88, 0x64), (0x88, 0xA3), (0x88, 0xA5):
        writer.append(trail < 0x80 ? 0xCA : 0xEA)
        writer.append(trail == 0x62 || trail == 0xA3 ? 0x304 : 0x30C)
        index += 2
      default:
        let scalar =
          isTrail ? Big5Corrections.table[UInt16(lead) << 8 | UInt16(trail)] ?? converter.scalar(lead, trail) : nil
        // Private use characters are ICU's own.
        let known = scalar.flatMap { 0xE000..<0xF900 ~= $0 ? nil : $0 }
        writer.append(known ?? 0xFFFD)
        index += known == nil && trail < 0x80 ? 1 : 2
      }
      index = writer.copyASCII(bytes, from: index)
    }
    return writer.bytes
  }
}
