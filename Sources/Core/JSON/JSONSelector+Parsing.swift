extension JSONSelector {
  /// - Parameter text: a path of jq.
  /// - Returns: nil for an expression that is more than a path, and for what is no expression of jq.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let space: [UInt8] = [0x20, 0x0A, 0x0D, 0x09]
    guard let start = bytes.firstIndex(where: { !space.contains($0) }) else { return nil }
    let end = (bytes.lastIndex { !space.contains($0) } ?? start) + 1
    var parser = PathParser(bytes: Array(bytes[start..<end]))
    guard let steps = parser.steps() else { return nil }
    self.init(String(decoding: bytes[start..<end], as: UTF8.self), steps: steps)
  }
}

/// Parses a path. White space within it makes it an expression, which this parser leaves to jq.
private struct PathParser {
  let bytes: [UInt8]
  private var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func steps() -> [(step: JSONSelector.Step, isOptional: Bool)]? {
    guard take(".") else { return nil }
    var steps: [(JSONSelector.Step, Bool)] = []
    // `.a` and `.["a"]` may follow the first dot; later a name needs a dot of its own, and a bracket may have none.
    var isBehindDot = true
    while index < bytes.count {
      let isDotted = isBehindDot || take(".")
      isBehindDot = false
      guard let step = take("[") ? bracket() : isDotted ? name() : nil else { return nil }
      steps.append((step, take("?")))
    }
    // `.a.` is no path.
    return bytes.last == UInt8(ascii: ".") && bytes.count > 1 ? nil : steps
  }

  private mutating func name() -> JSONSelector.Step? {
    if let text = quoted() { return .member(text) }
    let start = index
    while index < bytes.count, isNamePart(bytes[index], isFirst: index == start) { index += 1 }
    return index > start ? .member(String(decoding: bytes[start..<index], as: UTF8.self)) : nil
  }

  private func isNamePart(_ byte: UInt8, isFirst: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
    default: false
    }
  }

  private mutating func bracket() -> JSONSelector.Step? {
    if take("]") { return .each }
    if let text = quoted() { return take("]") ? .member(text) : nil }
    let start = index
    _ = take("-")
    while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
    let digits = String(decoding: bytes[start..<index], as: UTF8.self)
    // jq holds an index in 32 bits.
    guard let place = Int32(digits), take("]") else { return nil }
    return .element(Int(place))
  }

  /// A name in quotation marks, as JSON has it. One with `\(` is an expression, which is no text of JSON.
  private mutating func quoted() -> String? {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
    var end = index + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
    guard end < bytes.count, let value = try? JSONValue(parsing: bytes[index...end]) else { return nil }
    index = end + 1
    return value.string
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }
}
