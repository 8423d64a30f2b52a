/// Numbers as XML has them.
enum NumberText {
  /// Returns the number nearest to a decimal text; nil if the text is none, or its number is too large.
  static func number(_ text: [UInt8]) -> Double? {
    fast(text) ?? exact(text)
  }

  /// Powers of ten that are exact, as are integers up to 2^53: one multiplication or division of these rounds correctly.
  private static let powers = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// Returns the number if it has few digits and no exponent, as most have.
  private static func fast(_ text: [UInt8]) -> Double? {
    var place = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative { place = 1 }
    var (digits, mantissa, decimals): (Int, UInt64, Int) = (0, 0, 0)
    var hasPoint = false
    while place < text.count {
      let byte = text[place]
      if case 0x30...0x39 = byte {
        // Zeros in front count too: 19 digits always fit into 64 bits.
        digits += 1
        guard digits < 19 else { return nil }
        mantissa = mantissa * 10 + UInt64(byte & 0xF)
        if hasPoint { decimals += 1 }
      } else if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else {
        return nil
      }
      place += 1
    }
    guard digits > 0, mantissa <= 1 << 53 else { return nil }
    let number = Double(mantissa) / powers[decimals]
    return isNegative ? -number : number
  }

  private static func exact(_ text: [UInt8]) -> Double? {
    let trimmed = text.drop(while: XMLScanner.isSpace).reversed().drop(while: XMLScanner.isSpace).reversed()
    let isDecimal = trimmed.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isDecimal, let number = Double(String(decoding: trimmed, as: UTF8.self)), number.isFinite else { return nil }
    return number
  }
}
