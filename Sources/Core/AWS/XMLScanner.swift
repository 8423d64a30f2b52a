/// Parses a document into `XMLElement`s.
struct XMLScanner {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the root element, read in one pass with the open elements on a stack.
  mutating func root() -> XMLElement? {
    var open: [XMLElement] = []
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        guard let text = text(until: UInt8(ascii: "<")) else { return nil }
        if !open.isEmpty { open[open.count - 1].text += text }
        continue
      }
      if skip("<!--") {
        guard take(until: "-->") != nil else { return nil }
      } else if skip("<![CDATA[") {
        guard let text = take(until: "]]>"), !open.isEmpty else { return nil }
        open[open.count - 1].text += String(decoding: text, as: UTF8.self)
      } else if skip("<?") {
        guard take(until: "?>") != nil else { return nil }
      } else if skip("</") {
        guard let name = take(until: ">").map(localName), let element = open.popLast(), element.name == name else {
          return nil
        }
        if open.isEmpty { return element }
        open[open.count - 1].children.append(element)
      } else if skip("<") {
        guard let (element, isEmpty) = startTag(), open.count < 32 else { return nil }
        if !isEmpty {
          open.append(element)
        } else if open.isEmpty {
          return element
        } else {
          open[open.count - 1].children.append(element)
        }
      }
    }
    return nil
  }

  /// Reads a start tag after its `<`. A `>` in the quotes of an attribute does not end it.
  private mutating func startTag() -> (XMLElement, isEmpty: Bool)? {
    let start = position
    var quote: UInt8?
    while position < bytes.count {
      let byte = bytes[position]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        let tag = bytes[start..<position]
        position += 1
        let name = localName(tag)
        // These characters end a name or belong to no tag. A quote in a name would hide the end of another tag.
        // Compared as bytes, because a mark after such a character makes another `Character` of it.
        guard let first = name.utf8.first, first != UInt8(ascii: "!"),
          !name.utf8.contains(where: "\"'<>=&".utf8.contains)
        else { return nil }
        return (XMLElement(name: name), tag.last == UInt8(ascii: "/"))
      }
      position += 1
    }
    return nil
  }

  private func localName(_ tag: ArraySlice<UInt8>) -> String {
    let name = tag.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }
    return String(decoding: name.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
  }

  private mutating func text(until end: UInt8) -> String? {
    let raw = bytes[position...].prefix { $0 != end }
    position = raw.endIndex
    var resolved: [UInt8] = []
    var rest = raw
    while let ampersand = rest.firstIndex(of: UInt8(ascii: "&")) {
      resolved += rest[..<ampersand]
      let after = rest[(ampersand + 1)...]
      guard let semicolon = after.firstIndex(of: UInt8(ascii: ";")),
        let character = Self.reference(String(decoding: after[..<semicolon], as: UTF8.self))
      else { return nil }
      resolved += String(character).utf8
      rest = after[(semicolon + 1)...]
    }
    return String(decoding: resolved + rest, as: UTF8.self)
  }

  private static func reference(_ name: String) -> Character? {
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let isHexadecimal = name.hasPrefix("#x")
      let digits = name.dropFirst(isHexadecimal ? 2 : 1)
      // Swift reads a sign, too, which XML does not allow.
      guard name.hasPrefix("#"), digits.first != "+",
        let code = UInt32(digits, radix: isHexadecimal ? 16 : 10)
      else { return nil }
      return Unicode.Scalar(code).map(Character.init)
    }
  }

  private mutating func skip(_ token: StaticString) -> Bool {
    let end = position + token.utf8CodeUnitCount
    guard end <= bytes.count,
      token.withUTF8Buffer({ $0.elementsEqual(bytes[position..<end]) })
    else { return false }
    position = end
    return true
  }

  private mutating func take(until token: StaticString) -> ArraySlice<UInt8>? {
    let start = position
    while position < bytes.count {
      let end = position
      if skip(token) { return bytes[start..<end] }
      position += 1
    }
    return nil
  }
}
