import Foundation
import JQ
import JSON

/// Passes the input through a filter that changes nothing, and checks it as a filter of its own.
enum JQTarget {
  /// Compiled once: it takes longer than everything else.
  nonisolated(unsafe) private static let identity = Result { try JQFilters().add(".", at: "fuzz") }

  static func read(_ input: Data) throws {
    _ = JQFilters.problem(of: String(decoding: input, as: UTF8.self))
    guard let value = try? JSONValue(parsing: [UInt8](input)) else { return }
    let outcome = try identity.get().outcome(of: value)
    if let problem = outcome.problem {
      let allowed = ["are one number for jq", "noncharacter"]
      try require(allowed.contains { problem.contains($0) }, problem)
    } else {
      try require(
        outcome.outputs.map(\.text) == [value.text] || hasEqualSpellings(value, outcome.outputs),
        "\(value.text): \(outcome)")
    }
  }

  /// True if numbers of one value, such as 1.1 and 1.10, have changed to one spelling of it, and nothing else has changed.
  private static func hasEqualSpellings(_ value: JSONValue, _ outputs: [JSONValue]) -> Bool {
    outputs.count == 1 && outputs[0].withDoubles == value.withDoubles
  }
}

extension JSONValue {
  fileprivate var withDoubles: JSONValue {
    switch self {
    case .number(let number): .string("\(number.double)")
    case .array(let elements): .array(elements.map(\.withDoubles))
    case .object(let object): .object(JSONObject(unique: object.members.map { ($0.name, $0.value.withDoubles) }))
    default: self
    }
  }
}
