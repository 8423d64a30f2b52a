/// Divides the text of a feed into tags and what is between them. A `<` that begins no tag is text.
struct FeedScanner {
  enum Piece {
    case text(ArraySlice<UInt8>)
    case cdata(ArraySlice<UInt8>)
    case start(ArraySlice<UInt8>, [Attribute], isEmpty: Bool)
    case end(ArraySlice<UInt8>)
    case documentType(ArraySlice<UInt8>)
    /// A comment, a processing instruction, the declaration.
    case other
  }

  struct Attribute {
    let name: ArraySlice<UInt8>
    let value: ArraySlice<UInt8>
  }

  private let bytes: [UInt8]
  private var position = 0
  /// Ends that the rest of the text does not have, so that they are not searched again.
  private var missing: Set<String> = []
  /// True once a tag has reached the end of the text: quotation marks that others should have closed led it there, and the
  /// tags in between would follow it. From then on a value ends before a `<`.
  private var hasOpenTag = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the next piece; nil at the end.
  mutating func next() -> Piece? {
    guard position < bytes.count else { return nil }
    let start = position
    if bytes[start] == UInt8(ascii: "<"), let piece = markup() { return piece }
    position = bytes[(start + 1)...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    return .text(bytes[start..<position])
  }

  /// Takes the markup at the position; nil if the `<` there is text, and the position is what it was.
  private mutating func markup() -> Piece? {
    let start = position
    let next = start + 1
    guard next < bytes.count else { return nil }
    let rest = bytes[next...]
    switch bytes[next] {
    case UInt8(ascii: "!") where rest.starts(with: "!--".utf8):
      return take(from: next + 3, to: "-->").map { _ in .other }
    case UInt8(ascii: "!") where rest.starts(with: "![CDATA[".utf8):
      return take(from: next + 8, to: "]]>").map { .cdata($0) }
    case UInt8(ascii: "!") where rest.prefix(8).map({ $0 & 0xDF }).elementsEqual("!DOCTYPE".utf8.map { $0 & 0xDF }):
      return documentType(from: next + 8)
    case UInt8(ascii: "!"): return take(from: next, to: ">").map { _ in .other }
    case UInt8(ascii: "?"): return take(from: next, to: "?>").map { _ in .other }
    case UInt8(ascii: "/"):
      let name = self.name(at: next + 1)
      guard !name.isEmpty else { return nil }
      // Files are cut off within their last tag, too.
      let end = bytes[name.endIndex...].firstIndex { $0 == 0x3E || $0 == 0x3C } ?? bytes.count
      position = end < bytes.count && bytes[end] == 0x3E ? end + 1 : end
      return .end(name)
    default:
      let name = self.name(at: next)
      return name.isEmpty ? nil : tag(name)
    }
  }

  private mutating func take(from start: Int, to end: String) -> ArraySlice<UInt8>? {
    guard start <= bytes.count, !missing.contains(end) else { return nil }
    let wanted = Array(end.utf8)
    var index = start
    while let found = bytes[index...].firstIndex(of: wanted[0]) {
      if bytes[found...].starts(with: wanted) {
        position = found + wanted.count
        return bytes[start..<found]
      }
      index = found + 1
    }
    missing.insert(end)
    return nil
  }

  /// Takes a document type with the declarations in its brackets.
  private mutating func documentType(from start: Int) -> Piece? {
    guard !missing.contains("DOCTYPE") else { return nil }
    var index = start
    var quote: UInt8?
    var isInBrackets = false
    while index < bytes.count {
      let byte = bytes[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
        case UInt8(ascii: "["): isInBrackets = true
        case UInt8(ascii: "]"): isInBrackets = false
        case UInt8(ascii: ">") where !isInBrackets:
          position = index + 1
          return .documentType(bytes[start..<index])
        default: break
        }
      }
      index += 1
    }
    missing.insert("DOCTYPE")
    return nil
  }

  /// Takes the tag with a name; nil if it does not end.
  private mutating func tag(_ name: ArraySlice<UInt8>) -> Piece? {
    var attributes: [Attribute] = []
    var index = name.endIndex
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "<") {
        position = byte == UInt8(ascii: ">") ? index + 1 : index
        return .start(name, attributes, isEmpty: index > name.endIndex && bytes[index - 1] == UInt8(ascii: "/"))
      }
      let own = self.name(at: index)
      guard !own.isEmpty else {
        index += 1
        continue
      }
      index = own.endIndex
      guard let value = value(at: &index) else { continue }
      attributes.append(Attribute(name: own, value: value))
    }
    hasOpenTag = true
    return nil
  }

  /// Returns the value behind an attribute's name; nil if there is none.
  private func value(at index: inout Int) -> ArraySlice<UInt8>? {
    var start = spaceEnd(from: index)
    guard start < bytes.count, bytes[start] == UInt8(ascii: "=") else { return nil }
    start = spaceEnd(from: start + 1)
    guard start < bytes.count else { return nil }
    if bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'"),
      let end = bytes[(start + 1)...].firstIndex(where: { $0 == bytes[start] || hasOpenTag && $0 == UInt8(ascii: "<") }
      ),
      bytes[end] == bytes[start]
    {
      index = end + 1
      return bytes[(start + 1)..<end]
    }
    let end = bytes[start...].firstIndex { $0 <= 0x20 || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "<") }
    index = end ?? bytes.count
    return bytes[start..<index]
  }

  private func spaceEnd(from start: Int) -> Int { bytes[start...].firstIndex { $0 > 0x20 } ?? bytes.count }

  /// The name at an index, of letters, digits, `_`, `-`, `.`, `:` and what is not ASCII; empty if there is none.
  private func name(at start: Int) -> ArraySlice<UInt8> {
    guard start < bytes.count, Self.isLetter(bytes[start]) else { return [] }
    let end = bytes[start...].firstIndex { !Self.isLetter($0) && !(0x2D...0x3A ~= $0 && $0 != 0x2F) } ?? bytes.count
    return bytes[start..<end]
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte >= 0x80
  }
}
