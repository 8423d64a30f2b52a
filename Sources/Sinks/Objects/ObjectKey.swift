import JSON

/// An object's key with fields of its record: `raw/{date}__{slug}__raw.json`.
struct ObjectKey: Equatable, Sendable {
  private enum Part: Equatable, Sendable {
    case text(String)
    case field(String)
  }

  private let parts: [Part]

  init(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      parts.append(.field(String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    self.parts = parts
  }

  var hasField: Bool { parts.contains { if case .field = $0 { true } else { false } } }

  /// Returns the key of a record.
  /// - Throws: a problem if it lacks a field, or if its key would be none.
  func filled(from record: JSONObject) throws(ObjectProblem) -> String {
    var key = ""
    for part in parts {
      switch part {
      case .text(let text): key += text
      case .field(let name):
        let value: String? =
          switch record[name] {
          case .string(let text)?: text
          case .number(let number)?: number.text
          default: nil
          }
        guard let value, !value.isEmpty else {
          throw ObjectProblem(text: "it has no \(name), which its object's key needs")
        }
        // A value is one part of a path.
        guard !value.contains("/"), !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else {
          throw ObjectProblem(text: "its \(name) cannot be a part of its object's key: '\(value.prefix(80))'")
        }
        key += value
      }
    }
    guard key.utf8.count <= 1024 else {
      throw ObjectProblem(text: "its object's key has \(key.utf8.count) bytes, and S3 takes at most 1024")
    }
    return key
  }
}

/// The reason why a record has no object.
struct ObjectProblem: Error, Equatable {
  let text: String
}
