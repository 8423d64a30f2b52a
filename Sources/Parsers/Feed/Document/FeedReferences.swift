import Markup

/// Writes text as XML: references that XML does not know become their characters, and what would be markup is escaped.
struct FeedReferences {
  /// Bytes of an entity's name. A longer one is no reference.
  private static let maximumName = 40
  /// Bytes of a declared entity. One that is longer, or that names others, is not expanded.
  private static let maximumValue = 64
  /// Bytes that declared entities may add in all.
  private static let maximumExpansion = 1 << 20

  /// The values of entities that the document type declares; nil for one that is not expanded.
  private var declared: [ArraySlice<UInt8>: ArraySlice<UInt8>?] = [:]
  private var expansion = 0

  /// Takes the entities that a document type declares: `<!ENTITY name "value">`.
  mutating func declare(_ documentType: ArraySlice<UInt8>) {
    var rest = documentType
    while declared.count < 1000, let start = rest.firstRange(of: "<!ENTITY".utf8) {
      rest = rest[start.upperBound...].drop { $0 <= 0x20 }
      // A name that is too long is not read to its end, which may be that of the text, as in `<!ENTITY<!ENTITY`.
      let name = rest.prefix(Self.maximumName + 1).prefix { $0 > 0x20 && $0 != 0x22 && $0 != 0x27 && $0 != 0x3C }
      guard name.count <= Self.maximumName else { continue }
      let value = rest[name.endIndex...].drop { $0 <= 0x20 }
      guard let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
        let end = value.dropFirst().firstIndex(of: quote)
      else {
        // In another document.
        declared[name] = .some(nil)
        continue
      }
      let text = value[(value.startIndex + 1)..<end]
      let isPlain = text.count <= Self.maximumValue && !text.contains { $0 == 0x26 || $0 == 0x3C || $0 == 0x25 }
      declared[name] = .some(isPlain ? text : nil)
      rest = rest[end...]
    }
  }

  /// Appends text in which references may be.
  /// - Throws: `Refusal` for an entity whose value is more than characters.
  mutating func append(_ text: ArraySlice<UInt8>, to result: inout [UInt8]) throws(FeedMender.Refusal) {
    var start = text.startIndex
    while let ampersand = text[start...].firstIndex(of: UInt8(ascii: "&")) {
      escape(text[start..<ampersand], to: &result)
      start = try appendReference(text[ampersand...], to: &result)
    }
    escape(text[start...], to: &result)
  }

  /// - Parameter text: text that begins with an ampersand.
  /// - Returns: the index behind what was written.
  private mutating func appendReference(
    _ text: ArraySlice<UInt8>, to result: inout [UInt8]
  ) throws(FeedMender.Refusal) -> Int {
    let first = text.startIndex + 1
    let name = text[first...].prefix(Self.maximumName).prefix {
      $0 == 0x23 || (0x30...0x39 ~= $0) || (($0 | 0x20) &- 0x61 < 26)
    }
    guard !name.isEmpty, name.endIndex < text.endIndex, text[name.endIndex] == UInt8(ascii: ";") else {
      result += "&amp;".utf8
      return first
    }
    let end = name.endIndex + 1
    if let value = declared[name] {
      guard let value, expansion + value.count <= Self.maximumExpansion else {
        throw FeedMender.Refusal(
          description:
            "its entity '\(String(decoding: name, as: UTF8.self))' is more than characters, and is not expanded")
      }
      expansion += value.count
      escape(value, to: &result)
      return end
    }
    let reference = String(decoding: text[text.startIndex..<end], as: UTF8.self)
    escape(ArraySlice(HTMLText.text(of: reference).utf8), to: &result)
    return end
  }

  /// Appends characters, without those that XML does not have.
  func escape(_ text: ArraySlice<UInt8>, to result: inout [UInt8]) {
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "&"): result += "&amp;".utf8
      case UInt8(ascii: "<"): result += "&lt;".utf8
      case UInt8(ascii: ">"): result += "&gt;".utf8
      case UInt8(ascii: "\""): result += "&quot;".utf8
      case 0..<0x20 where byte != 0x09 && byte != 0x0A && byte != 0x0D: break
      case 0xEF where index + 2 < text.endIndex && text[index + 1] == 0xBF && text[index + 2] >= 0xBE:
        // U+FFFE and U+FFFF
        index += 2
      default: result.append(byte)
      }
      index += 1
    }
  }
}
