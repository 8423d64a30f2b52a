import Encodings

/// Finds the encoding that a page declares in its first bytes
/// (https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding).
struct HTMLPrescan {
  private let bytes: [UInt8]
  private let skipsTexts: Bool
  private var index = 0

  /// - Parameter skipsTexts: true to leave out the content of scripts and the like, as the parser does.
  init(_ bytes: [UInt8], skipsTexts: Bool = false) {
    self.bytes = bytes
    self.skipsTexts = skipsTexts
  }

  private static let texts: Set<String> = [
    "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript",
  ]

  /// Returns the encoding of the first declaration; nil if there is none.
  mutating func encoding() -> TextEncoding? {
    if let encoding = encodingOfXMLDeclaration() { return encoding }
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        index += 1
        continue
      }
      if isNext("<!--") {
        skipComment()
      } else if isNext("<meta"), isSpaceOrSlash(at: index + 5) {
        index += 5
        if let encoding = encodingOfMeta() { return encoding }
      } else if isLetter(at: index + 1) || byte(at: index + 1) == UInt8(ascii: "/") && isLetter(at: index + 2) {
        let start = index + 1
        while let byte = byte(at: index), !Self.isSpace(byte), byte != UInt8(ascii: ">") { index += 1 }
        let nameLength = index - start
        while attribute() != nil {}
        if skipsTexts, nameLength <= 8 { skipText(ofElementAt: start..<(start + nameLength)) }
      } else if let next = byte(at: index + 1), "!/?".utf8.contains(next) {
        index = bytes[index...].firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? bytes.count
      } else {
        index += 1
      }
    }
    return nil
  }

  /// Moves to the end tag of an element whose content is text.
  private mutating func skipText(ofElementAt place: Range<Int>) {
    let name = Self.text(bytes[place])
    guard Self.texts.contains(name) else { return }
    let endTag = "</" + name
    while index < bytes.count, !isNext(endTag) {
      index = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    }
  }

  private mutating func skipComment() {
    // `<!-->` is a whole comment: its dashes count twice.
    index += 2
    while index < bytes.count, !isNext("-->") { index += 1 }
    index += 3
  }

  /// Reads the attributes of a `<meta>`.
  private mutating func encodingOfMeta() -> TextEncoding? {
    var seen: Set<String> = []
    var charset: TextEncoding?
    var hasPragma = false
    var needsPragma: Bool?
    while let (name, value) = attribute() {
      guard seen.insert(name).inserted else { continue }
      switch name {
      case "http-equiv": if value == "content-type" { hasPragma = true }
      case "content":
        if charset == nil, let label = Self.charset(in: value), let found = TextEncoding(label: label) {
          charset = found
          needsPragma = true
        }
      case "charset":
        charset = TextEncoding(label: value)
        needsPragma = false
      default: break
      }
    }
    guard let needsPragma, !needsPragma || hasPragma, let charset else { return nil }
    return Self.declared(charset)
  }

  /// Returns the encoding that a declaration means: it could not be read in UTF-16, and `x-user-defined` is an old mistake.
  private static func declared(_ encoding: TextEncoding) -> TextEncoding {
    switch encoding {
    case .utf16BE, .utf16LE: .utf8
    case .userDefined: .windows1252
    default: encoding
    }
  }

  /// Reads an attribute, in lower case.
  /// - Returns: nil at the end of the tag or of the bytes.
  private mutating func attribute() -> (name: String, value: String)? {
    while let byte = byte(at: index), Self.isSpace(byte) || byte == UInt8(ascii: "/") { index += 1 }
    guard let first = byte(at: index) else { return nil }
    guard first != UInt8(ascii: ">") else {
      index += 1
      return nil
    }
    let nameStart = index
    while let byte = byte(at: index), !Self.isSpace(byte), byte != UInt8(ascii: "/"), byte != UInt8(ascii: ">"),
      byte != UInt8(ascii: "=") || index == nameStart
    { index += 1 }
    let name = Self.text(bytes[nameStart..<index])
    while let byte = byte(at: index), Self.isSpace(byte) { index += 1 }
    guard byte(at: index) == UInt8(ascii: "=") else { return (name, "") }
    index += 1
    while let byte = byte(at: index), Self.isSpace(byte) { index += 1 }
    guard let quote = byte(at: index) else { return nil }
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let start = index + 1
      guard let end = bytes[start...].firstIndex(of: quote) else {
        index = bytes.count
        return nil
      }
      index = end + 1
      return (name, Self.text(bytes[start..<end]))
    }
    let start = index
    while let byte = byte(at: index), !Self.isSpace(byte), byte != UInt8(ascii: ">") { index += 1 }
    return (name, Self.text(bytes[start..<index]))
  }

  /// Returns the label in a value such as `text/html; charset=utf-8`.
  /// Source: https://html.spec.whatwg.org/#algorithm-for-extracting-a-character-encoding-from-a-meta-element
  static func charset(in content: String) -> String? {
    var rest = content.utf8[...]
    while let found = rest.indices.first(where: { rest[$0...].starts(with: "charset".utf8) }) {
      rest = rest[found...].dropFirst(7).drop(while: isSpace)
      guard rest.first == UInt8(ascii: "=") else { continue }
      rest = rest.dropFirst().drop(while: isSpace)
      guard let quote = rest.first else { return nil }
      if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
        guard let end = rest.dropFirst().firstIndex(of: quote) else { return nil }
        return String(rest[..<end].dropFirst())
      }
      return String(rest.prefix { !isSpace($0) && $0 != UInt8(ascii: ";") })
    }
    return nil
  }

  /// Reads `<?xml … encoding="…"?>` at the start of the page.
  private func encodingOfXMLDeclaration() -> TextEncoding? {
    guard bytes.starts(with: "<?xml".utf8), let end = bytes.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let declaration = Self.text(bytes[..<end])
    guard let found = declaration.utf8.firstRange(of: Array("encoding".utf8)) else { return nil }
    let rest = declaration.utf8[found.upperBound...].drop { $0 <= 0x20 }
    guard rest.first == UInt8(ascii: "=") else { return nil }
    let value = rest.dropFirst().drop { $0 <= 0x20 }
    guard let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
      let close = value.dropFirst().firstIndex(of: quote)
    else { return nil }
    let label = value[..<close].dropFirst()
    guard !label.contains(where: { $0 <= 0x20 }) else { return nil }
    return TextEncoding(label: String(Substring(label))).map(Self.declared)
  }

  private func byte(at place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }

  private func isNext(_ text: String) -> Bool {
    bytes.count - index >= text.utf8.count
      && zip(bytes[index...], text.utf8).allSatisfy { HTMLParser.lowercased($0) == $1 }
  }

  private func isLetter(at place: Int) -> Bool { byte(at: place).map(HTMLParser.isLetter) ?? false }

  private func isSpaceOrSlash(at place: Int) -> Bool {
    byte(at: place).map { Self.isSpace($0) || $0 == UInt8(ascii: "/") } ?? false
  }

  private static func isSpace(_ byte: UInt8) -> Bool { HTMLParser.isSpace(byte) }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.map(HTMLParser.lowercased), as: UTF8.self)
  }
}
