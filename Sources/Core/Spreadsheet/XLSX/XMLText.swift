extension XMLScanner {
  /// Returns the value by which a name is compared.
  static func name(_ text: StaticString) -> Name {
    text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | Name($1) } }
  }

  /// Appends text with its references decoded, and with line ends as XML defines them.
  func append(_ range: Range<Int>, isVerbatim: Bool, to text: inout [UInt8]) throws(SpreadsheetError) {
    let (ampersand, lineEnd) = (UInt8(ascii: "&"), UInt8(0x0D))
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place
      while place < range.upperBound, bytes[place] != lineEnd, isVerbatim || bytes[place] != ampersand { place += 1 }
      text.append(contentsOf: bytes[start..<place])
      guard place < range.upperBound else { return }
      if bytes[place] == lineEnd {
        place += 1
        if place == range.upperBound || bytes[place] != 0x0A { text.append(0x0A) }
      } else {
        place = try appendReference(at: place, before: range.upperBound, to: &text)
      }
    }
  }

  /// - Returns: the place behind the reference.
  private func appendReference(
    at place: Int, before end: Int, to text: inout [UInt8]
  ) throws(SpreadsheetError) -> Int {
    // The longest is &#x10FFFF; without zeros in front.
    let name = bytes[place + 1..<end].prefix(16).prefix { $0 != UInt8(ascii: ";") }
    guard name.endIndex < end, bytes[name.endIndex] == UInt8(ascii: ";") else {
      throw malformed("has an ampersand that begins no reference")
    }
    switch String(decoding: name, as: UTF8.self) {
    case "amp": text.append(UInt8(ascii: "&"))
    case "lt": text.append(UInt8(ascii: "<"))
    case "gt": text.append(UInt8(ascii: ">"))
    case "quot": text.append(UInt8(ascii: "\""))
    case "apos": text.append(UInt8(ascii: "'"))
    case let other:
      guard other.hasPrefix("#"), let scalar = Self.scalar(other.dropFirst()) else {
        throw malformed("has a reference to an unknown character or entity")
      }
      text.append(contentsOf: Character(scalar).utf8)
    }
    return name.endIndex + 1
  }

  private static func scalar(_ digits: Substring) -> Unicode.Scalar? {
    let isHexadecimal = digits.hasPrefix("x")
    let digits = isHexadecimal ? digits.dropFirst() : digits
    guard digits.utf8.first.map({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) == true,
      let number = UInt32(digits, radix: isHexadecimal ? 16 : 10), number != 0
    else { return nil }
    return Unicode.Scalar(number)
  }
}

/// The encodings that XML may have.
enum XMLEncodings {
  /// Returns the bytes in UTF-8. That of workbooks is UTF-8 or, rarely, UTF-16.
  static func utf8(_ bytes: [UInt8], part: String) throws(SpreadsheetError) -> [UInt8] {
    switch (bytes.byte(at: 0), bytes.byte(at: 1)) {
    case (0xFF, 0xFE), (0x3C, 0x00): return fromUTF16(bytes, isBigEndian: false)
    case (0xFE, 0xFF), (0x00, 0x3C): return fromUTF16(bytes, isBigEndian: true)
    default: break
    }
    let start = bytes.has("\u{FEFF}", at: 0) ? 3 : 0
    guard bytes.has("<?xml", at: start) else { return bytes }
    let declaration = String(decoding: bytes[start...].prefix(200), as: UTF8.self).lowercased()
      .prefix { $0 != ">" }
    guard let name = declaration.firstRange(of: "encoding").map({ declaration[$0.upperBound...] }) else { return bytes }
    let encoding = name.drop { "= \t\r\n\"'".contains($0) }.prefix { $0 != "\"" && $0 != "'" }
    guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(encoding) else {
      throw .unsupported("a workbook with XML in another encoding than UTF-8 (its part '\(part)')")
    }
    return bytes
  }

  private static func fromUTF16(_ bytes: [UInt8], isBigEndian: Bool) -> [UInt8] {
    // Lazily: no third copy of the part is in memory.
    var units = stride(from: 0, to: bytes.count - 1, by: 2).lazy.map { place in
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }.makeIterator()
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count / 2)
    var decoder = UTF16()
    while true {
      switch decoder.decode(&units) {
      case .scalarValue(let scalar): UTF8.encode(scalar) { text.append($0) }
      case .error: text += [0xEF, 0xBF, 0xBD]
      case .emptyInput: return text
      }
    }
  }
}
