/// A set of at most five bytes that is searched for in a text, eight bytes at once.
struct ByteSet {
  private let bytes: (UInt8, UInt8, UInt8, UInt8, UInt8)
  private let patterns: (UInt64, UInt64, UInt64, UInt64, UInt64)

  /// - Parameter bytes: one to five bytes.
  init(_ bytes: [UInt8]) {
    func byte(_ index: Int) -> UInt8 { bytes[min(index, bytes.count - 1)] }
    self.bytes = (byte(0), byte(1), byte(2), byte(3), byte(4))
    func pattern(_ index: Int) -> UInt64 { UInt64(byte(index)) &* 0x0101_0101_0101_0101 }
    patterns = (pattern(0), pattern(1), pattern(2), pattern(3), pattern(4))
  }

  /// Returns the place of the first byte of the set; the end of the text if there is none.
  @inline(__always)
  func first(in text: RawSpan, from start: Int) -> Int {
    var index = start
    while index + 8 <= text.byteCount {
      // The loads check their bounds. `unsafe` in the name is about the type, which may be any eight bytes here.
      let word = UInt64(littleEndian: text.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      let found =
        Self.zeros(word ^ patterns.0) | Self.zeros(word ^ patterns.1) | Self.zeros(word ^ patterns.2)
        | Self.zeros(word ^ patterns.3) | Self.zeros(word ^ patterns.4)
      // A borrow may mark a byte above the first match, never one below it.
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < text.byteCount, !contains(text.unsafeLoad(fromByteOffset: index, as: UInt8.self)) { index += 1 }
    return index
  }

  private func contains(_ byte: UInt8) -> Bool {
    byte == bytes.0 || byte == bytes.1 || byte == bytes.2 || byte == bytes.3 || byte == bytes.4
  }

  /// Sets the upper bit of the bytes that are zero.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }
}
