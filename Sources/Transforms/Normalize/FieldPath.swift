import JSON

/// A place in a record: `price`, `title.rendered`, `authors[0].name`, `terms[][kind=tag].name`; `.` is the record itself.
struct FieldPath: Sendable {
  private enum Step: Equatable, Sendable {
    case member(String)
    /// `[0]`
    case element(Int)
    /// `[]`
    case each
    /// `[kind=tag]`: the objects of a list whose member is that text.
    case matching(name: String, text: String)
  }

  /// The path as it is written.
  let text: String
  /// Empty for the record itself.
  private let steps: [Step]

  /// - Returns: nil for an empty name, or brackets that are not `[]`, `[0]` or `[name=text]`.
  init?(_ text: String) {
    self.text = text
    var steps: [Step] = []
    var rest = text == "." ? "" : text[...]
    while !rest.isEmpty {
      if !steps.isEmpty {
        guard rest.removeFirst() == "." else { return nil }
      }
      let name = rest.prefix { $0 != "." && $0 != "[" }
      guard !name.isEmpty, !name.contains("]") else { return nil }
      steps.append(.member(String(name)))
      rest = rest[name.endIndex...]
      while rest.first == "[" {
        guard let end = rest.firstIndex(of: "]") else { return nil }
        let content = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        if content.isEmpty {
          steps.append(.each)
        } else if let index = Int(content), index >= 0 {
          steps.append(.element(index))
        } else if let mark = content.firstIndex(of: "="), mark > content.startIndex {
          steps.append(
            .matching(name: String(content[..<mark]), text: String(content[content.index(after: mark)...])))
        } else {
          return nil
        }
      }
    }
    guard !steps.isEmpty || text == "." else { return nil }
    self.steps = steps
  }

  /// True if the path may lead to several values, which are those of a list.
  var isMany: Bool {
    steps.contains { if case .each = $0 { true } else if case .matching = $0 { true } else { false } }
  }

  /// Returns the values at the path, null where an object lacks the last member. A key that is written like the path
  /// comes first: `a.b` of a CSV's header.
  func values(in record: JSONObject) -> [JSONValue] {
    if let value = record[text] { return [value] }
    guard case .member(let first)? = steps.first else { return [.object(record)] }
    guard let start = record[first] else { return [] }
    var values = [start]
    for step in steps.dropFirst() {
      values = values.flatMap { value -> [JSONValue] in
        switch step {
        case .member(let name): return value.object.map { [$0[name] ?? .null] } ?? []
        case .element(let index):
          guard let elements = value.array, index < elements.count else { return [] }
          return [elements[index]]
        case .each: return value.array ?? []
        case .matching(let name, let text):
          return (value.array ?? []).filter { $0.object?[name]?.string == text }
        }
      }
    }
    return values
  }

  /// Removes the value from a record, and objects that are empty without it. A part of a list stays, because the list
  /// would no longer be as sent.
  func remove(from record: inout JSONObject) {
    if record[text] != nil {
      record[text] = nil
    } else {
      Self.remove(steps[...], from: &record)
    }
  }

  private static func remove(_ steps: ArraySlice<Step>, from object: inout JSONObject) {
    guard case .member(let name)? = steps.first else { return }
    guard steps.count > 1 else {
      object[name] = nil
      return
    }
    guard steps.dropFirst().allSatisfy({ if case .member = $0 { true } else { false } }),
      var inner = object[name]?.object
    else { return }
    remove(steps.dropFirst(), from: &inner)
    object[name] = inner.isEmpty ? nil : .object(inner)
  }
}
