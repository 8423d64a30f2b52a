/// The text of a `numeric`, as the server itself would write it: the cast to text costs the server more than its binary
/// form costs here. That form is `numeric_send`'s in the server's `numeric.c`.
struct NumericText {
  /// Two bytes each: the number of digits, the first one's power of 10,000, the sign, the decimals to show, the digits.
  private let bytes: UnsafeRawBufferPointer

  /// Returns nil if the bytes are not of that form.
  init?(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    guard bytes.count >= 8, bytes.count == 8 + 2 * Int(word(0)), [0, 0x4000, 0xC000, 0xD000, 0xF000].contains(word(2))
    else { return nil }
  }

  /// Calls `body` with the text, which is valid only during the call.
  func withUTF8<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    switch word(2) {
    case 0xC000: return special("NaN", body)
    case 0xD000: return special("Infinity", body)
    case 0xF000: return special("-Infinity", body)
    default: break
    }
    let (first, decimals) = (max(Int(Int16(bitPattern: word(1))), 0), Int(word(3)))
    // The sign, four characters for each digit, the point, and the decimals, rounded up to whole digits.
    return withUnsafeTemporaryAllocation(byteCount: 1 + 4 * (first + 1) + 1 + decimals + 3, alignment: 1) { text in
      var end = 0
      func append(_ byte: UInt8) {
        text[end] = byte
        end += 1
      }
      func append(digit: UInt16, from divisor: UInt16 = 1000) {
        var divisor = divisor
        while divisor > 0 {
          append(UInt8(ascii: "0") + UInt8(digit / divisor % 10))
          divisor /= 10
        }
      }
      if word(2) != 0 { append(UInt8(ascii: "-")) }
      let leading = digit(of: first)
      append(digit: leading, from: leading >= 1000 ? 1000 : leading >= 100 ? 100 : leading >= 10 ? 10 : 1)
      for power in stride(from: first - 1, through: 0, by: -1) { append(digit: digit(of: power)) }
      if decimals > 0 { append(UInt8(ascii: ".")) }
      let last = end + decimals
      for power in stride(from: -1, to: -1 - (decimals + 3) / 4, by: -1) { append(digit: digit(of: power)) }
      return body(UnsafeRawBufferPointer(rebasing: text[..<last]))
    }
  }

  private func special<Value>(_ text: StaticString, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    text.withUTF8Buffer { body(UnsafeRawBufferPointer($0)) }
  }

  /// The digit of a power of 10,000. The server leaves out zeros at both ends.
  private func digit(of power: Int) -> UInt16 {
    let index = Int(Int16(bitPattern: word(1))) - power
    return index >= 0 && 8 + 2 * index < bytes.count ? min(word(4 + index), 9999) : 0
  }

  private func word(_ index: Int) -> UInt16 {
    UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
  }
}
