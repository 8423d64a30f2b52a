extension JSONReader {
  /// Reads a text in quotation marks.
  mutating func string(_ text: Span<UInt8>) throws(JSONError) -> String {
    index += 1
    let start = index
    // Most texts have no escape.
    skipPlain(text)
    guard index < text.count else { throw error("a text has no end", text) }
    if text[index] == UInt8(ascii: "\"") {
      defer { index += 1 }
      return try string(text.extracting(start..<index), text)
    }
    var content: [UInt8] = []
    content.reserveCapacity(2 * (index - start) + 32)
    Self.append(text.extracting(start..<index), to: &content)
    while index < text.count {
      let byte = text[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return try string(content.span, text)
      case UInt8(ascii: "\\"): try escape(into: &content, text)
      case 0..<0x20: throw error("a text has a control character, which must be escaped", text)
      default:
        index -= 1
        let start = index
        skipPlain(text)
        Self.append(text.extracting(start..<index), to: &content)
      }
    }
    throw error("a text has no end", text)
  }

  /// Moves to the next quotation mark, backslash or control character.
  private mutating func skipPlain(_ text: Span<UInt8>) {
    var end = index
    while end < text.count {
      let byte = text[end]
      guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
      end += 1
    }
    index = end
  }

  private static func append(_ part: Span<UInt8>, to content: inout [UInt8]) {
    for offset in 0..<part.count { content.append(part[offset]) }
  }

  func string(_ part: Span<UInt8>, _ text: Span<UInt8>) throws(JSONError) -> String {
    do {
      return String(copying: try UTF8Span(validating: part))
    } catch {
      throw self.error("a text is not UTF-8", text)
    }
  }

  private mutating func escape(into content: inout [UInt8], _ text: Span<UInt8>) throws(JSONError) {
    guard index < text.count else { throw error("a text has no end", text) }
    let kind = text[index]
    index += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(kind)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"): content.append(contentsOf: String(try character(text)).utf8)
    default: throw error("a text has an escape that does not exist", text)
    }
  }

  /// Reads the character of `\u`, behind which the reader stands, and the second half of a surrogate pair. Half of a pair
  /// is no character: the mark for such ones takes its place, as in browsers.
  private mutating func character(_ text: Span<UInt8>) throws(JSONError) -> Character {
    let first = try unit(text)
    var units = [first]
    let behind = index
    if UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\"), text), take(UInt8(ascii: "u"), text),
      case let second = try unit(text), UTF16.isTrailSurrogate(second)
    {
      units.append(second)
    } else {
      index = behind
    }
    return String(decoding: units, as: UTF16.self).first ?? "\u{FFFD}"
  }

  /// Reads the four hexadecimal digits of an escape.
  private mutating func unit(_ text: Span<UInt8>) throws(JSONError) -> UInt16 {
    guard text.count - index >= 4 else { throw error("a text has a \\u without four hexadecimal digits", text) }
    var value: UInt16 = 0
    for offset in 0..<4 {
      let digit = text[index + offset]
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(digit - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(digit - UInt8(ascii: "A") + 10)
      default: throw error("a text has a \\u without four hexadecimal digits", text)
      }
    }
    index += 4
    return value
  }
}
