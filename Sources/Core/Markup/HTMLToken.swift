extension HTMLParser {
  /// A start or end tag.
  struct Token {
    var tag = Tag.other
    var key = TagTable.Key()
    var nameStart = 0
    var nameLength = 0
    var attributes: [AttributeSpan] = []
    var isSelfClosing = false
  }

  /// An attribute as places in the page.
  struct AttributeSpan {
    var nameStart: Int
    var nameLength: Int
    var valueStart = 0
    var valueLength = 0
    /// A hash of the name in lower case.
    var hash: UInt64
  }

  static let maximumTagBytes = 32 << 10
  static let maximumAttributes = 500

  /// Reads a name, an attribute list and `>`. `index` is at the first letter, and then after the tag.
  /// - Returns: false if the page ends within the tag, which is dropped then.
  mutating func readTag(hasAttributes: Bool) throws(MarkupError) -> Bool {
    let start = index
    token.nameStart = index
    token.key = TagTable.Key()
    token.isSelfClosing = false
    token.attributes.removeAll(keepingCapacity: true)
    while !Self.endsName(source[index]) {
      token.key.append(Self.lowercased(source[index]), at: index - start)
      index += 1
    }
    token.nameLength = index - start
    token.tag = table.tag(token.key)
    let isWhole = try readAttributes(keeping: hasAttributes)
    guard index - start <= Self.maximumTagBytes else {
      throw MarkupError(.tooLarge, "a tag of \(index - start) bytes; the limit is \(Self.maximumTagBytes)")
    }
    return isWhole
  }

  private mutating func readAttributes(keeping: Bool) throws(MarkupError) -> Bool {
    while true {
      let byte = source[index]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0C, 0x0D: index += 1
      case UInt8(ascii: ">"):
        index += 1
        return true
      case UInt8(ascii: "/"):
        index += 1
        if source[index] == UInt8(ascii: ">") { token.isSelfClosing = true }
      case 0:
        index = count
        return false
      default:
        guard let attribute = readAttribute() else {
          index = count
          return false
        }
        guard keeping, !isRepeated(attribute) else { continue }
        token.attributes.append(attribute)
        guard token.attributes.count <= Self.maximumAttributes else {
          throw MarkupError(.tooLarge, "a tag of more than \(Self.maximumAttributes) attributes")
        }
      }
    }
  }

  /// Returns nil if the page ends within a quoted value.
  private mutating func readAttribute() -> AttributeSpan? {
    let start = index
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    // An equals sign at the start belongs to the name.
    repeat {
      hash = (hash ^ UInt64(Self.lowercased(source[index]))) &* 0x100_0000_01B3
      index += 1
    } while !Self.endsName(source[index]) && source[index] != UInt8(ascii: "=")
    var attribute = AttributeSpan(nameStart: start, nameLength: index - start, hash: hash)
    while Self.isSpace(source[index]) { index += 1 }
    guard source[index] == UInt8(ascii: "=") else { return attribute }
    index += 1
    while Self.isSpace(source[index]) { index += 1 }
    let quote = source[index]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      index += 1
      attribute.valueStart = index
      guard let end = find(quote, from: index) else { return nil }
      attribute.valueLength = end - index
      index = end + 1
    } else {
      attribute.valueStart = index
      while !Self.isSpace(source[index]), source[index] != UInt8(ascii: ">"), source[index] != 0 { index += 1 }
      attribute.valueLength = index - attribute.valueStart
    }
    return attribute
  }

  /// Tests for an attribute of the same name before; the first one counts.
  private func isRepeated(_ attribute: AttributeSpan) -> Bool {
    token.attributes.contains { other in
      other.hash == attribute.hash && other.nameLength == attribute.nameLength
        && (0..<attribute.nameLength).allSatisfy {
          Self.lowercased(source[other.nameStart + $0]) == Self.lowercased(source[attribute.nameStart + $0])
        }
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x0C
  }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// White space, `/`, `>` and the end of the page.
  static func endsName(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") || byte == 0
  }
}
