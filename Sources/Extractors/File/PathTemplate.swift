import Contracts
import Time

/// A path with names in braces in place of an item's values: `sales_{YYYY}{MM}{DD}.csv`, `{city}/venues.json`.
struct PathTemplate: Equatable, Sendable {
  private enum Part: Equatable, Sendable {
    case text(String)
    case name(String)
  }

  private let parts: [Part]

  /// - Parameter text: `{name}` is a name if it is made of letters, digits and `_`; any other brace stands for itself.
  init(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      let inside = rest[rest.index(after: open)...]
      let name = inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == "}" else {
        parts.append(.text(String(rest[...open])))
        rest = inside
        continue
      }
      parts.append(.text(String(rest[..<open])))
      parts.append(.name(String(name)))
      rest = rest[rest.index(after: name.endIndex)...]
    }
    self.parts = parts + [.text(String(rest))]
  }

  /// Returns the path of an item.
  /// - Parameter date: the day of `YYYY`, `YY`, `MM` and `DD`: the item's, else that of the run.
  /// - Throws: `InvalidInput` if the item has no value of a name, or one that would lead to another folder.
  func filled(_ item: WorkItem, date: CalendarDate?) throws(PipelineError) -> String {
    var path = ""
    for part in parts {
      switch part {
      case .text(let text): path += text
      case .name(let name): path += try value(of: name, item, date)
      }
    }
    return path
  }

  private func value(of name: String, _ item: WorkItem, _ date: CalendarDate?) throws(PipelineError) -> String {
    if let value = item.parameters[name] {
      guard !value.isEmpty, value != "..", value != ".", !value.utf8.contains(where: { $0 == 0x2F || $0 < 0x20 }) else {
        throw PipelineError(
          .invalidInput,
          "the parameter \(name) of the item \(item) is '\(value.prefix(40))': in extract.path it must be the name of a file "
            + "or a folder")
      }
      return value
    }
    if let date {
      let digits = date.description.split(separator: "-").map(String.init)
      switch name {
      case "YYYY": return digits[0]
      case "YY": return String(digits[0].suffix(2))
      case "MM": return digits[1]
      case "DD": return digits[2]
      default: break
      }
    }
    throw PipelineError(
      .invalidInput, "extract.path names {\(name)}, of which the item \(item) has no value: see the dataset's plan")
  }
}
