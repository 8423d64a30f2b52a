import JSON

/// A path to a value in a document: `.page.totalPages`, `.data[0].next`, `."next-page"`, `.`. A `?` behind a step is
/// accepted, since a missing value is null anyway.
struct BodySelector: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    case name(String)
    case index(Int)
  }

  let text: String
  private let steps: [Step]

  /// - Returns: nil for a text that is no such path.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    var steps: [Step] = []
    guard rest.first == UInt8(ascii: ".") else { return nil }
    if rest.count == 1 { rest = [] }
    while let first = rest.first {
      if first == UInt8(ascii: "[") {
        guard !steps.isEmpty, let step = Self.bracket(&rest) else { return nil }
        steps.append(step)
      } else {
        guard first == UInt8(ascii: ".") else { return nil }
        rest = rest.dropFirst()
        guard let step = rest.first == UInt8(ascii: "[") ? Self.bracket(&rest) : Self.name(&rest) else { return nil }
        steps.append(step)
      }
      if rest.first == UInt8(ascii: "?") { rest = rest.dropFirst() }
    }
    self.text = text
    self.steps = steps
  }

  /// Returns the value; null if the document has none there.
  func value(in document: JSONValue) -> JSONValue {
    var value = document
    for step in steps {
      switch step {
      case .name(let name): value = value.object?[name] ?? .null
      case .index(let index):
        let elements = value.array ?? []
        value = elements.indices.contains(index) ? elements[index] : .null
      }
    }
    return value
  }

  /// True if the document has the place, be it with null.
  func isPlace(in document: JSONValue) -> Bool {
    var value = document
    for step in steps {
      switch step {
      case .name(let name):
        guard let member = value.object?[name] else { return false }
        value = member
      case .index(let index):
        guard let elements = value.array, elements.indices.contains(index) else { return false }
        value = elements[index]
      }
    }
    return true
  }

  private static func name(_ rest: inout ArraySlice<UInt8>) -> Step? {
    if rest.first == UInt8(ascii: "\"") { return quoted(&rest).map { .name($0) } }
    let name = rest.prefix { !".[]?\" \t|".utf8.contains($0) }
    guard !name.isEmpty else { return nil }
    rest = rest[name.endIndex...]
    return .name(String(decoding: name, as: UTF8.self))
  }

  private static func bracket(_ rest: inout ArraySlice<UInt8>) -> Step? {
    rest = rest.dropFirst()
    let step: Step?
    if rest.first == UInt8(ascii: "\"") {
      step = quoted(&rest).map { .name($0) }
    } else {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest[digits.endIndex...]
      step = Int(String(decoding: digits, as: UTF8.self)).map { .index($0) }
    }
    guard rest.first == UInt8(ascii: "]") else { return nil }
    rest = rest.dropFirst()
    return step
  }

  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    let name = rest[rest.startIndex + 1..<end]
    guard !name.contains(UInt8(ascii: "\\")) else { return nil }
    rest = rest[(end + 1)...]
    return String(decoding: name, as: UTF8.self)
  }
}
