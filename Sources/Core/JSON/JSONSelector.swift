/// A path of jq, evaluated without libjq: `.`, `.a.b`, `.["a b"]`, `."a b"`, `.a[0]`, `.a[-1]`, `.a[]`, each with or without
/// `?`. Results and errors are jq's.
public struct JSONSelector: Hashable, Sendable, CustomStringConvertible {
  enum Step: Hashable, Sendable {
    case member(String)
    case element(Int)
    case each
  }

  /// The path as written.
  public let description: String
  let steps: [(step: Step, isOptional: Bool)]

  init(_ description: String, steps: [(step: Step, isOptional: Bool)]) {
    self.description = description
    self.steps = steps
  }

  /// The names of the members that lead to a list, of which the path selects the elements or the list itself; nil for a path
  /// that does anything else: `.a.b` and `.a.b[]` have `a` and `b`, `.a[0]` and `.a[].b` have none.
  public var listPath: [String]? {
    var names: [String] = []
    for (index, (step, _)) in steps.enumerated() {
      switch step {
      case .member(let name): names.append(name)
      case .each where index == steps.count - 1: break
      case .each, .element: return nil
      }
    }
    return names
  }

  /// Returns the values that the path selects, in order.
  /// - Throws: `JSONSelectorError` where jq would report an error.
  public func values(in value: JSONValue) throws(JSONSelectorError) -> [JSONValue] {
    var found: [JSONValue] = []
    try collect(value, from: 0, into: &found)
    return found
  }

  /// Returns the first value that the path selects; nil if it selects none.
  /// - Throws: as `values`.
  public func first(in value: JSONValue) throws(JSONSelectorError) -> JSONValue? {
    try values(in: value).first
  }

  /// Returns true if the value has the place, be it with null. jq gives null for a member that an object lacks.
  public func isPlace(in value: JSONValue) -> Bool {
    var values = [value]
    for (step, _) in steps {
      values = values.flatMap { value -> [JSONValue] in
        switch (step, value) {
        case (.member(let name), .object(let object)): object[name].map { [$0] } ?? []
        case (.element(let place), .array(let elements)):
          Self.element(place, of: elements).map { [$0] } ?? []
        case (.each, .array(let elements)): elements
        case (.each, .object(let object)): object.members.map(\.value)
        default: []
        }
      }
    }
    return !values.isEmpty
  }

  private func collect(
    _ value: JSONValue, from index: Int, into found: inout [JSONValue]
  ) throws(JSONSelectorError) {
    guard index < steps.count else {
      found.append(value)
      return
    }
    let (step, isOptional) = steps[index]
    switch (step, value) {
    case (.member(let name), .object(let object)):
      try collect(object[name] ?? .null, from: index + 1, into: &found)
    case (.element(let place), .array(let elements)):
      try collect(Self.element(place, of: elements) ?? .null, from: index + 1, into: &found)
    case (.member, .null), (.element, .null): try collect(.null, from: index + 1, into: &found)
    case (.each, .array(let elements)) where index == steps.count - 1: found += elements
    case (.each, .array(let elements)):
      for element in elements { try collect(element, from: index + 1, into: &found) }
    case (.each, .object(let object)):
      for member in object.members { try collect(member.value, from: index + 1, into: &found) }
    default:
      guard !isOptional else { return }
      throw JSONSelectorError(problem: step.problem(with: value))
    }
  }

  private static func element(_ place: Int, of elements: [JSONValue]) -> JSONValue? {
    let index = place < 0 ? elements.count + place : place
    guard elements.indices.contains(index) else { return Optional.none }
    return elements[index]
  }

  public static func == (left: JSONSelector, right: JSONSelector) -> Bool { left.description == right.description }
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension JSONSelector.Step {
  /// The message of jq for a value that the step cannot be applied to.
  fileprivate func problem(with value: JSONValue) -> String {
    let kind =
      switch value {
      case .null: "null"
      case .bool: "boolean"
      case .number: "number"
      case .string: "string"
      case .array: "array"
      case .object: "object"
      }
    return switch self {
    case .member(let name): "Cannot index \(kind) with \"\(name)\""
    case .element: "Cannot index \(kind) with number"
    case .each: "Cannot iterate over \(kind)"
    }
  }
}

/// A value to which a path cannot be applied.
public struct JSONSelectorError: Error, Equatable, CustomStringConvertible {
  /// The problem in jq's words: `Cannot iterate over null`.
  public let problem: String

  public init(problem: String) { self.problem = problem }

  public var description: String { problem }
}
