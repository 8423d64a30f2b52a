/// Reads a JSON text (RFC 8259) strictly: UTF-8, no comments, no trailing commas, each name of an object once.
///
/// The bytes are passed to every function: `Span` checks its bounds, and a stored array would be retained at each step.
struct JSONReader {
  /// The depth of nested lists and objects. A deeper text is refused: reading it would exhaust the stack.
  static let maximumDepth = 200

  /// The members for which an object has room from the start: no wide one may make the next ones large.
  private static let maximumRoom = 64

  /// The position in the text.
  var index = 0
  /// The number of members of the last object at each depth. The records of a list are alike: with the right room from the
  /// start, none is moved while it grows.
  private var widths: [Int] = []

  /// Reads the whole text, which holds one value.
  static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    let text = bytes.span
    var reader = JSONReader()
    if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { reader.index = 3 }
    let value = try reader.value(text, depth: 0)
    reader.skipSpace(text)
    guard reader.index == text.count else { throw reader.error("there is text behind the value", text) }
    return value
  }

  private mutating func value(_ text: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
    skipSpace(text)
    guard index < text.count else { throw error("the text ends where a value must stand", text) }
    switch text[index] {
    case UInt8(ascii: "\""): return .string(try string(text))
    case UInt8(ascii: "{"): return .object(try object(text, depth: depth))
    case UInt8(ascii: "["): return .array(try array(text, depth: depth))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let start = index
      guard skipNumber(text) else { throw error("a number is malformed", text) }
      return .number(JSONNumber(unchecked: try string(text.extracting(start..<index), text)))
    case UInt8(ascii: "t") where take("true", text): return .bool(true)
    case UInt8(ascii: "f") where take("false", text): return .bool(false)
    case UInt8(ascii: "n") where take("null", text): return .null
    case UInt8(ascii: "N"), UInt8(ascii: "I"): throw error("NaN and Infinity are no values of JSON", text)
    default: throw error("there is no value", text)
    }
  }

  private mutating func array(_ text: Span<UInt8>, depth: Int) throws(JSONError) -> [JSONValue] {
    try check(depth, text)
    index += 1
    var elements: [JSONValue] = []
    skipSpace(text)
    if take(UInt8(ascii: "]"), text) { return elements }
    repeat {
      elements.append(try value(text, depth: depth + 1))
      skipSpace(text)
    } while take(UInt8(ascii: ","), text)
    guard take(UInt8(ascii: "]"), text) else { throw error("a list lacks a comma or its end", text) }
    return elements
  }

  private mutating func object(_ text: Span<UInt8>, depth: Int) throws(JSONError) -> JSONObject {
    try check(depth, text)
    index += 1
    skipSpace(text)
    if take(UInt8(ascii: "}"), text) { return JSONObject() }
    while widths.count <= depth { widths.append(0) }
    var object = JSONObject(capacity: min(widths[depth], Self.maximumRoom))
    repeat {
      skipSpace(text)
      let place = index
      guard index < text.count, text[index] == UInt8(ascii: "\"") else {
        throw error("an object lacks a name in quotation marks", text)
      }
      let name = try string(text)
      skipSpace(text)
      guard take(UInt8(ascii: ":"), text) else { throw error("an object lacks a colon behind a name", text) }
      guard object.append(name, try value(text, depth: depth + 1)) else {
        index = place
        throw error("an object has the name \"\(name.prefix(40))\" twice", text)
      }
      skipSpace(text)
    } while take(UInt8(ascii: ","), text)
    guard take(UInt8(ascii: "}"), text) else { throw error("an object lacks a comma or its end", text) }
    widths[depth] = object.count
    return object
  }

  private func check(_ depth: Int, _ text: Span<UInt8>) throws(JSONError) {
    guard depth >= Self.maximumDepth else { return }
    throw error("lists and objects are nested more than \(Self.maximumDepth) deep", text)
  }

  /// Moves behind a number of JSON's grammar.
  /// - Returns: false if there is none.
  mutating func skipNumber(_ text: Span<UInt8>) -> Bool {
    _ = take(UInt8(ascii: "-"), text)
    if !take(UInt8(ascii: "0"), text), !skipDigits(text) { return false }
    if take(UInt8(ascii: "."), text), !skipDigits(text) { return false }
    if take(UInt8(ascii: "e"), text) || take(UInt8(ascii: "E"), text) {
      if !take(UInt8(ascii: "+"), text) { _ = take(UInt8(ascii: "-"), text) }
      return skipDigits(text)
    }
    return true
  }

  private mutating func skipDigits(_ text: Span<UInt8>) -> Bool {
    let start = index
    while index < text.count, text[index] &- UInt8(ascii: "0") < 10 { index += 1 }
    return index > start
  }

  private mutating func skipSpace(_ text: Span<UInt8>) {
    while index < text.count {
      let byte = text[index]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      index += 1
    }
  }

  mutating func take(_ character: UInt8, _ text: Span<UInt8>) -> Bool {
    guard index < text.count, text[index] == character else { return false }
    index += 1
    return true
  }

  private mutating func take(_ word: StaticString, _ text: Span<UInt8>) -> Bool {
    let count = word.utf8CodeUnitCount
    guard text.count - index >= count else { return false }
    let isEqual = word.withUTF8Buffer { word in
      for offset in 0..<count where word[offset] != text[index + offset] { return false }
      return true
    }
    if isEqual { index += count }
    return isEqual
  }

  func error(_ problem: String, _ text: Span<UInt8>) -> JSONError {
    var line = 1
    var start = 0
    for position in 0..<min(index, text.count) where text[position] == 0x0A {
      line += 1
      start = position + 1
    }
    return JSONError(problem: problem, line: line, column: index - start + 1)
  }
}
