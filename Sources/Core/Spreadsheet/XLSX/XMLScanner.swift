/// Reads the XML of a part, event by event, from bytes that stay where they are. Document types are refused, so that no
/// entity can be declared; the rest of XML that changes nothing in a workbook is skipped.
struct XMLScanner {
  enum Event {
    /// The start of an element. An empty one has an end, too.
    case start
    case end
    /// A piece of text, which `appendText` decodes.
    case text
    case finished
  }

  /// A local name, its last 16 bytes. No two names of workbooks agree in these.
  typealias Name = UInt128

  /// Far more than workbooks have. Each open element and each attribute takes memory.
  private static let (maximumDepth, maximumAttributes, maximumNameLength) = (256, 1024, 255)

  struct Attribute {
    let name: Name
    let hasPrefix: Bool
    let value: Range<Int>
  }

  let bytes: [UInt8]
  /// The name of the part, for errors.
  let part: String
  /// The element of the last event.
  private(set) var name: Name = 0
  /// Those of the element that the last event started.
  private(set) var attributes: [Attribute] = []
  private var textRange = 0..<0
  private var isVerbatim = false
  private var position: Int
  /// The names of the open elements, with their prefixes.
  private var open: [Range<Int>] = []
  private var endsAtOnce = false
  private var hasRoot = false

  init(_ content: [UInt8], part: String) throws(SpreadsheetError) {
    bytes = try XMLEncodings.utf8(content, part: part)
    self.part = part
    position = bytes.has("\u{FEFF}", at: 0) ? 3 : 0
  }

  /// The number of open elements. At the end of an element it does not count any more.
  var depth: Int { open.count }

  mutating func next() throws(SpreadsheetError) -> Event {
    if endsAtOnce {
      endsAtOnce = false
      open.removeLast()
      return .end
    }
    while position < bytes.count {
      if bytes[position] != UInt8(ascii: "<") {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        guard !open.isEmpty else {
          guard bytes[start..<position].allSatisfy(Self.isSpace) else {
            throw malformed("has text outside of its root")
          }
          continue
        }
        textRange = start..<position
        isVerbatim = false
        return .text
      }
      switch bytes.byte(at: position + 1) {
      case UInt8(ascii: "/"):
        try endTag()
        return .end
      case UInt8(ascii: "?"): try skip(past: "?>")
      case UInt8(ascii: "!"): if try declaration() { return .text }
      default:
        try startTag()
        return .start
      }
    }
    guard open.isEmpty, hasRoot else { throw malformed("ends within an element") }
    return .finished
  }

  /// Skips the rest of the element that was started last, with all that is in it.
  mutating func skipElement() throws(SpreadsheetError) {
    let outside = depth - 1
    while depth > outside { _ = try next() }
  }

  func malformed(_ detail: String) -> SpreadsheetError { .damaged("the XML of its part '\(part)' \(detail)") }

  /// Appends the text of the last event, with references decoded.
  func appendText(to text: inout [UInt8]) throws(SpreadsheetError) {
    try append(textRange, isVerbatim: isVerbatim, to: &text)
  }

  /// Returns the value of an attribute without a prefix.
  func attribute(_ name: Name) -> Range<Int>? {
    for attribute in attributes where attribute.name == name && !attribute.hasPrefix { return attribute.value }
    return nil
  }

  /// Returns the text of an attribute, with references decoded.
  func text(of attribute: Range<Int>?) throws(SpreadsheetError) -> String? {
    guard let attribute else { return nil }
    var text: [UInt8] = []
    try append(attribute, isVerbatim: false, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Returns the number that an attribute's digits stand for; nil for anything else.
  func number(of attribute: Range<Int>?) -> Int? {
    guard let attribute, (1...9).contains(attribute.count) else { return nil }
    var number = 0
    for place in attribute {
      guard case 0x30...0x39 = bytes[place] else { return nil }
      number = number * 10 + Int(bytes[place] & 0xF)
    }
    return number
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  // MARK: Tags

  private mutating func startTag() throws(SpreadsheetError) {
    guard !(open.isEmpty && hasRoot) else { throw malformed("has two roots") }
    hasRoot = true
    position += 1
    let whole = try tagName()
    attributes.removeAll(keepingCapacity: true)
    guard open.count < Self.maximumDepth else { throw malformed("is nested more than \(Self.maximumDepth) deep") }
    open.append(whole)
    while position < bytes.count {
      let byte = bytes[position]
      if Self.isSpace(byte) {
        position += 1
      } else if byte == UInt8(ascii: ">") {
        position += 1
        return
      } else if byte == UInt8(ascii: "/") {
        guard bytes.byte(at: position + 1) == UInt8(ascii: ">") else { break }
        position += 2
        endsAtOnce = true
        return
      } else {
        try readAttribute()
      }
    }
    throw malformed("has a tag that is not closed")
  }

  private mutating func endTag() throws(SpreadsheetError) {
    position += 2
    let whole = try tagName()
    guard let opened = open.popLast(), opened.count == whole.count,
      zip(opened, whole).allSatisfy({ bytes[$0] == bytes[$1] })
    else { throw malformed("closes an element that is not open") }
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else {
      throw malformed("has a tag that is not closed")
    }
    position += 1
  }

  /// Reads a name, and keeps its local part.
  private mutating func tagName() throws(SpreadsheetError) -> Range<Int> {
    let start = position
    (name, _) = localName()
    guard position > start else { throw malformed("has a tag without a name") }
    guard position - start <= Self.maximumNameLength else { throw malformed("has a name that is too long") }
    return start..<position
  }

  private mutating func localName() -> (Name, hasPrefix: Bool) {
    var (name, hasPrefix): (Name, Bool) = (0, false)
    while position < bytes.count {
      let byte = bytes[position]
      // In the order of their frequency behind a name.
      if byte == 0x20 || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "/")
        || byte == UInt8(ascii: "<") || Self.isSpace(byte)
      {
        break
      }
      if byte == UInt8(ascii: ":") { (name, hasPrefix) = (0, true) } else { name = name << 8 | Name(byte) }
      position += 1
    }
    return (name, hasPrefix)
  }

  private mutating func readAttribute() throws(SpreadsheetError) {
    let start = position
    let (name, hasPrefix) = localName()
    guard position > start else { throw malformed("has an attribute without a name") }
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
      throw malformed("has an attribute without a value")
    }
    position += 1
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    guard let quote = bytes.byte(at: position), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw malformed("has an attribute without quotes")
    }
    let first = position + 1
    position = first
    while position < bytes.count, bytes[position] != quote {
      guard bytes[position] != UInt8(ascii: "<") else { throw malformed("has a tag that is not closed") }
      position += 1
    }
    guard position < bytes.count else { throw malformed("has a tag that is not closed") }
    guard attributes.count < Self.maximumAttributes else {
      throw malformed("has more than \(Self.maximumAttributes) attributes in one tag")
    }
    attributes.append(Attribute(name: name, hasPrefix: hasPrefix, value: first..<position))
    position += 1
  }

  // MARK: Other markup

  private mutating func skip(past end: StaticString) throws(SpreadsheetError) {
    while position < bytes.count {
      if bytes.has(end, at: position) {
        position += end.utf8CodeUnitCount
        return
      }
      position += 1
    }
    throw malformed("is cut off")
  }

  /// Skips a comment, and takes a CDATA section as text.
  private mutating func declaration() throws(SpreadsheetError) -> Bool {
    if bytes.has("<!--", at: position) {
      position += 4
      try skip(past: "-->")
      return false
    }
    guard bytes.has("<![CDATA[", at: position), !open.isEmpty else {
      throw malformed("has a document type or another declaration, which workbooks do not have")
    }
    let start = position + 9
    position = start
    try skip(past: "]]>")
    textRange = start..<position - 3
    isVerbatim = true
    return true
  }
}
