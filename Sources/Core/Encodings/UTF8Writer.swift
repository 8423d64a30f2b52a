/// Collects UTF-8.
struct UTF8Writer {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// Appends a character.
  /// - Parameter scalar: its code point, which is not a surrogate.
  mutating func append(_ scalar: UInt32) {
    if scalar < 0x80 {
      bytes.append(UInt8(scalar))
      return
    }
    if scalar < 0x800 {
      bytes.append(UInt8(0xC0 | scalar >> 6))
    } else {
      if scalar < 0x10000 {
        bytes.append(UInt8(0xE0 | scalar >> 12))
      } else {
        bytes.append(UInt8(0xF0 | scalar >> 18 & 0x07))
        bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      }
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
    }
    bytes.append(UInt8(0x80 | scalar & 0x3F))
  }

  /// Appends U+FFFD in place of a bad sequence.
  mutating func appendReplacement() { append(0xFFFD) }

  /// Copies ASCII from a place on.
  /// - Returns: the place of the first byte that is not ASCII.
  mutating func copyASCII(_ source: [UInt8], from start: Int) -> Int {
    var end = start
    while end < source.count, source[end] < 0x80 { end += 1 }
    if end > start { bytes.append(contentsOf: source[start..<end]) }
    return end
  }
}
