/// Reads a JSON text (RFC 8259) strictly: UTF-8, no comments, no trailing commas, each name of an object once.
struct JSONReader {
  /// The depth of nested lists and objects. A deeper text is refused: reading it would exhaust the stack.
  static let maximumDepth = 200
  /// Members of an object beyond which a repeated name is searched in a set.
  private static let searchedMembers = 16
  /// Members for which an object has room from the start. A text with objects of many and of few in turns must not take much
  /// more memory than it has bytes.
  private static let expectedMembers = 16

  private var bytes: ArraySlice<UInt8>
  private let count: Int
  private let whole: ArraySlice<UInt8>
  /// The number of members of the last object at each depth: the next one often has as many.
  private var memberCounts = [Int](repeating: 0, count: maximumDepth)

  init(_ bytes: [UInt8]) {
    whole = bytes[...]
    self.bytes = bytes[...]
    count = bytes.count
    if self.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.bytes = self.bytes.dropFirst(3) }
  }

  /// Reads the whole text, which holds one value.
  mutating func read() throws(JSONError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    guard bytes.isEmpty else { throw error("there is text behind the value") }
    return value
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    guard let first = bytes.first else { throw error("the text ends where a value must stand") }
    switch first {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let start = bytes
      guard Self.skipNumber(&bytes) else { throw error("a number is malformed") }
      return .number(JSONNumber(unchecked: String(decoding: start[..<bytes.startIndex], as: UTF8.self)))
    default:
      for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
      where bytes.starts(with: word.utf8) {
        bytes = bytes.dropFirst(word.utf8.count)
        return value
      }
      throw error("there is no value")
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < Self.maximumDepth else {
      throw error("lists and objects are nested more than \(Self.maximumDepth) deep")
    }
    bytes.removeFirst()
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw error("a list lacks a comma or its end") }
    return .array(elements)
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < Self.maximumDepth else {
      throw error("lists and objects are nested more than \(Self.maximumDepth) deep")
    }
    bytes.removeFirst()
    var members: [JSONObject.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return .object(JSONObject()) }
    members.reserveCapacity(memberCounts[depth])
    repeat {
      skipSpace()
      guard bytes.first == UInt8(ascii: "\"") else { throw error("an object lacks a name in quotation marks") }
      let name = try string()
      if members.count == Self.searchedMembers { names = Set(members.map(\.name)) }
      let isRepeated =
        members.count < Self.searchedMembers
        ? members.contains { $0.name == name } : !names.insert(name).inserted
      guard !isRepeated else { throw error("an object has the name \"\(name.prefix(40))\" twice") }
      skipSpace()
      guard take(":") else { throw error("an object lacks a colon behind a name") }
      members.append((name, try value(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw error("an object lacks a comma or its end") }
    memberCounts[depth] = min(members.count, Self.expectedMembers)
    return .object(JSONObject(unique: members))
  }

  private mutating func string() throws(JSONError) -> String {
    bytes.removeFirst()
    let start = bytes.startIndex
    var end = start
    // Most texts have no escape.
    while end < bytes.endIndex, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 {
      end += 1
    }
    guard end < bytes.endIndex else { throw error("a text has no end") }
    guard bytes[end] != UInt8(ascii: "\"") else {
      defer { bytes = bytes[(end + 1)...] }
      return try text(bytes[start..<end])
    }
    var content = Array(bytes[start..<end])
    bytes = bytes[end...]
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return try text(content[...])
      case UInt8(ascii: "\\"): try escape(into: &content)
      case 0..<0x20: throw error("a text has a control character, which must be escaped")
      default: content.append(byte)
      }
    }
    throw error("a text has no end")
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
    // `String(validating:as:)` is not specialized for slices: it looks up types at run time for each text.
    do { return String(copying: try UTF8Span(validating: bytes.span)) } catch {
      throw self.error("a text is not UTF-8")
    }
  }

  private mutating func escape(into content: inout [UInt8]) throws(JSONError) {
    guard let kind = bytes.popFirst() else { throw error("a text has no end") }
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(kind)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      var units = [try unit()]
      if UTF16.isLeadSurrogate(units[0]), bytes.starts(with: #"\u"#.utf8) {
        let rest = bytes
        bytes = bytes.dropFirst(2)
        let second = try unit()
        if UTF16.isTrailSurrogate(second) { units.append(second) } else { bytes = rest }
      }
      // Half of a surrogate pair is no character: the mark for such ones takes its place, as in browsers.
      content.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
    default: throw error("a text has an escape that does not exist")
    }
  }

  /// Reads the four hexadecimal digits of an escape.
  private mutating func unit() throws(JSONError) -> UInt16 {
    let digits = bytes.prefix(4)
    guard digits.count == 4, let value = UInt16(hexadecimal: digits) else {
      throw error("a text has a \\u without four hexadecimal digits")
    }
    bytes = bytes.dropFirst(4)
    return value
  }

  /// Moves behind a number of JSON's grammar.
  /// - Returns: false if there is none.
  static func skipNumber(_ bytes: inout ArraySlice<UInt8>) -> Bool {
    func digits() -> Bool {
      let start = bytes.startIndex
      while let byte = bytes.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { bytes.removeFirst() }
      return bytes.startIndex > start
    }
    if bytes.first == UInt8(ascii: "-") { bytes.removeFirst() }
    if bytes.first == UInt8(ascii: "0") { bytes.removeFirst() } else { guard digits() else { return false } }
    if bytes.first == UInt8(ascii: ".") {
      bytes.removeFirst()
      guard digits() else { return false }
    }
    if bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") {
      bytes.removeFirst()
      if bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-") { bytes.removeFirst() }
      guard digits() else { return false }
    }
    return true
  }

  private mutating func skipSpace() {
    while let byte = bytes.first, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { bytes.removeFirst() }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard bytes.first == UInt8(ascii: character) else { return false }
    bytes.removeFirst()
    return true
  }

  private func error(_ problem: String) -> JSONError {
    let read = whole[..<bytes.startIndex]
    let line = read.count { $0 == 0x0A } + 1
    let column = read.endIndex - (read.lastIndex(of: 0x0A).map { $0 + 1 } ?? read.startIndex) + 1
    return JSONError(problem: problem, line: line, column: column)
  }
}

extension UInt16 {
  fileprivate init?(hexadecimal digits: ArraySlice<UInt8>) {
    self = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): self = self << 4 | UInt16(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): self = self << 4 | UInt16(digit - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): self = self << 4 | UInt16(digit - UInt8(ascii: "A") + 10)
      default: return nil
      }
    }
  }
}
