/// A variable that a definition names as `${NAME}` or `${NAME:-default}`.
public struct DefinitionVariable: Equatable, Sendable {
  public let name: String
  /// The default; nil if there is none.
  public let standard: String?
  /// The key that names it first.
  public let key: String
  public let isSecret: Bool

  init(_ name: String, standard: String?, key: String, isSecret: Bool) {
    self.name = name
    self.standard = standard
    self.key = key
    self.isSecret = isSecret
  }
}

/// A scalar of a definition, cut at its variables. `$${` stands for `${` itself.
struct Substitution {
  enum Part: Equatable {
    case text(String)
    case variable(name: String, standard: String?)
  }

  let parts: [Part]

  static func parse(_ text: String) -> (variables: [(name: String, standard: String?)], template: Substitution) {
    var parts: [Part] = []
    var plain = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      let before = rest[..<start.lowerBound]
      if before.last == "$" {
        plain += before.dropLast() + "${"
        rest = rest[start.upperBound...]
        continue
      }
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
      let content = rest[start.upperBound..<end]
      let mark = content.firstRange(of: ":-")
      let name = mark.map { content[..<$0.lowerBound] } ?? content
      guard isName(name) else {
        plain += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        continue
      }
      plain += before
      if !plain.isEmpty { parts.append(.text(plain)) }
      plain = ""
      parts.append(.variable(name: String(name), standard: mark.map { String(content[$0.upperBound...]) }))
      rest = rest[rest.index(after: end)...]
    }
    plain += rest
    if !plain.isEmpty { parts.append(.text(plain)) }
    let variables = parts.compactMap { part -> (String, String?)? in
      if case .variable(let name, let standard) = part { (name, standard) } else { nil }
    }
    return (variables, Substitution(parts: parts))
  }

  static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "_")
    }
  }
}
