import Contracts
import JSON

/// The output of `try`: one JSON value. Numbers keep their spelling.
enum TrialOutput: Equatable {
  case value(JSONValue)
  case records([JSONValue], rejected: [RejectedRow])

  /// The JSON text, with a record on each line.
  var text: String {
    switch self {
    case .value(.array(let elements)): Self.list(elements)
    case .value(.object(let object)):
      "{\n"
        + object.members.map { " \(JSONValue.string($0.name).text): \(Self.member($0.value))" }.joined(separator: ",\n")
        + "\n}"
    case .value(let value): value.text
    case .records(let records, let rejected):
      "{\n\"records\": \(Self.list(records)),\n\"rejected\": \(Self.list(rejected.map(Self.object)))\n}"
    }
  }

  private static func member(_ value: JSONValue) -> String {
    // Long lists, such as the rows of a file, have a line for each element.
    if case .array(let elements) = value, elements.contains(where: { $0.array != nil || $0.object != nil }) {
      return list(elements)
    }
    return value.text
  }

  private static func list(_ elements: [JSONValue]) -> String {
    elements.isEmpty ? "[]" : "[\n" + elements.map { "  \($0.text)" }.joined(separator: ",\n") + "\n]"
  }

  private static func object(_ row: RejectedRow) -> JSONValue {
    var object = JSONObject([("reason", .string(row.problem.reason))])
    if let field = row.field { object["field"] = .string(field) }
    if let key = row.key { object["key"] = .string(key) }
    if !row.problem.href.isEmpty { object["href"] = .string(row.problem.href) }
    if !row.text.isEmpty { object["text"] = .string(row.text) }
    return .object(object)
  }
}

extension RejectedRow {
  /// The field that the reason names first; nil for a reason that names none.
  fileprivate var field: String? {
    let name = problem.reason.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    let rest = problem.reason[name.endIndex...]
    return !name.isEmpty && rest.hasPrefix(": ") ? String(name) : nil
  }
}
