import Contracts
import JSON

/// A text with `{name}` in it. `{{name}}` stands for `{name}` itself; any other brace is plain.
struct FieldTemplate: Equatable {
  enum Part: Equatable {
    case text(String)
    case name(String)
  }

  private(set) var parts: [Part] = []

  init(_ text: String) {
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      append(rest[..<open])
      rest = rest[open...]
      if rest.hasPrefix("{{"), let name = Self.name(after: rest.dropFirst()),
        rest.dropFirst(name.count + 3).first == "}"
      {
        append("{\(name)}")
        rest = rest.dropFirst(name.count + 4)
      } else if let name = Self.name(after: rest) {
        parts.append(.name(String(name)))
        rest = rest.dropFirst(name.count + 2)
      } else {
        append("{")
        rest = rest.dropFirst()
      }
    }
    append(rest)
  }

  private mutating func append(_ text: some StringProtocol) {
    guard !text.isEmpty else { return }
    if case .text(let before)? = parts.last {
      parts[parts.count - 1] = .text(before + text)
    } else {
      parts.append(.text(String(text)))
    }
  }

  /// The name of a text that begins with `{name}`; nil for any other text.
  private static func name(after text: Substring) -> Substring? {
    guard text.first == "{" else { return nil }
    let name = text.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    guard let first = name.first, !first.isNumber, text.dropFirst(name.count + 1).first == "}" else { return nil }
    return name
  }

  /// Returns the text with values in place of the names; null if a name that is the whole template has no value. Within a
  /// longer text a missing value is an empty text.
  func value(_ value: (String) throws(PipelineError) -> String?) throws(PipelineError) -> JSONValue {
    if parts.count == 1, case .name(let name) = parts[0] { return try value(name).map { .string($0) } ?? .null }
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .name(let name): result += try value(name) ?? ""
      }
    }
    return .string(result)
  }
}
