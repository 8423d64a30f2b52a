/// Reads texts that go on in other records. Where one does so within its characters, the next record says anew how wide
/// they are; its formats and phonetic data simply go on.
struct BIFFTexts {
  private let bytes: [UInt8]
  private let segments: [Range<Int>]
  private var segment = 0
  private var position: Int
  /// The first half of a character beyond U+FFFF.
  private var high: UInt32?

  /// - Parameter segments: the data of a record and of its continuations.
  init(_ bytes: [UInt8], _ segments: [Range<Int>]) {
    self.bytes = bytes
    self.segments = segments
    position = segments.first?.lowerBound ?? 0
  }

  /// True if there is nothing more to read.
  var isAtEnd: Bool {
    mutating get { remaining == 0 }
  }

  /// The bytes left in the record, after going on to the next one if there are none.
  private var remaining: Int {
    mutating get {
      while segment < segments.count, position >= segments[segment].upperBound {
        segment += 1
        if segment < segments.count { position = segments[segment].lowerBound }
      }
      return segment < segments.count ? segments[segment].upperBound - position : 0
    }
  }

  mutating func byte() throws(SpreadsheetError) -> Int {
    guard remaining > 0 else { throw .damaged("a text in it is cut off") }
    defer { position += 1 }
    return Int(bytes[position])
  }

  mutating func u16() throws(SpreadsheetError) -> Int { try byte() | byte() << 8 }
  mutating func u32() throws(SpreadsheetError) -> Int { try u16() | u16() << 16 }

  mutating func skip(_ count: Int) throws(SpreadsheetError) {
    var left = count
    while left > 0 {
      let here = min(left, remaining)
      guard here > 0 else { throw .damaged("a text in it is cut off") }
      position += here
      left -= here
    }
  }

  /// Appends a text with its header (XLUnicodeRichExtendedString, or XLUnicodeString, which has none of the extras).
  /// - Parameter length: nil if the number of characters is before the text, in two bytes.
  mutating func append(to text: inout [UInt8], length: Int? = nil) throws(SpreadsheetError) {
    var left = 0
    if let length { left = length } else { left = try u16() }
    var flags = try byte()
    let runs = flags & 8 != 0 ? try u16() : 0
    let phonetic = flags & 4 != 0 ? try u32() : 0
    while left > 0 {
      let here = remaining
      guard here > 0 else { throw .damaged("a text in it is cut off") }
      let isWide = flags & 1 != 0
      let count = min(left, isWide ? here / 2 : here)
      append(count, isWide: isWide, to: &text)
      left -= count
      guard left > 0 else { break }
      // A single byte of a wide character is left at the end of a record only in a damaged file.
      guard position == segments[segment].upperBound else { throw .damaged("a text in it is cut in a character") }
      flags = try byte()
    }
    if high != nil { Self.append(0xFFFD, to: &text) }
    high = nil
    try skip(4 * runs + phonetic)
  }

  /// Appends characters of this record.
  private mutating func append(_ count: Int, isWide: Bool, to text: inout [UInt8]) {
    guard isWide else {
      for byte in bytes[position..<position + count] {
        if byte < 0x80, high == nil { text.append(byte) } else { append(unit: UInt32(byte), to: &text) }
      }
      position += count
      return
    }
    for place in stride(from: position, to: position + 2 * count, by: 2) {
      append(unit: UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8, to: &text)
    }
    position += 2 * count
  }

  /// Appends a unit of UTF-16.
  private mutating func append(unit: UInt32, to text: inout [UInt8]) {
    if let first = high {
      high = nil
      if 0xDC00...0xDFFF ~= unit {
        return Self.append(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00), to: &text)
      }
      Self.append(0xFFFD, to: &text)
    }
    switch unit {
    case 0xD800...0xDBFF: high = unit
    case 0xDC00...0xDFFF: Self.append(0xFFFD, to: &text)
    default: Self.append(unit, to: &text)
    }
  }

  /// Appends a character as UTF-8.
  private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    func following(_ shift: UInt32) -> UInt8 { UInt8(0x80 | scalar >> shift & 0x3F) }
    switch scalar {
    case 0..<0x80: text.append(UInt8(scalar))
    case 0x80..<0x800:
      text.append(UInt8(0xC0 | scalar >> 6))
      text.append(following(0))
    case 0x800..<0x10000:
      text.append(UInt8(0xE0 | scalar >> 12))
      text.append(following(6))
      text.append(following(0))
    default:
      text.append(UInt8(0xF0 | scalar >> 18 & 7))
      text.append(following(12))
      text.append(following(6))
      text.append(following(0))
    }
  }
}
