import Foundation

/// A validator of the keywords that this project's JSON Schema uses; it finds any other keyword to be a problem.
struct JSONSchemaValidator {
  private let schema: [String: Any]

  init(_ schema: [String: Any]) { self.schema = schema }

  /// Returns what is wrong with a value, with its path: `$[0].event_data: has no event_date`.
  func problems(in value: Any) -> [String] { Self.problems(in: value, schema, at: "$") }

  /// Returns the paths of keys that the schema does not describe.
  func undescribed(in value: Any) -> [String] { Self.undescribed(in: value, schema, at: "$") }

  private static let annotations: Set = ["$schema", "title", "description"]

  private static func problems(in value: Any, _ schema: [String: Any], at path: String) -> [String] {
    var problems: [String] = []
    for (keyword, rule) in schema.sorted(by: { $0.key < $1.key }) where !annotations.contains(keyword) {
      switch (keyword, rule) {
      case ("type", let type as String): if !isOf(type, value) { problems.append("\(path): is no \(type)") }
      case ("type", let types as [String]):
        if !types.contains(where: { isOf($0, value) }) { problems.append("\(path): is none of \(types)") }
      case ("required", let keys as [String]):
        guard let object = value as? [String: Any] else { continue }
        problems += keys.filter { object[$0] == nil }.map { "\(path): has no \($0)" }
      case ("properties", let properties as [String: [String: Any]]):
        guard let object = value as? [String: Any] else { continue }
        for (key, inner) in object.sorted(by: { $0.key < $1.key }) {
          if let schema = properties[key] { problems += self.problems(in: inner, schema, at: "\(path).\(key)") }
        }
      case ("items", let schema as [String: Any]):
        for (index, inner) in (value as? [Any] ?? []).enumerated() {
          problems += self.problems(in: inner, schema, at: "\(path)[\(index)]")
        }
      case ("enum", let values as [String]):
        if !values.contains(value as? String ?? "") { problems.append("\(path): is none of \(values)") }
      case ("format", let format as String):
        guard let text = value as? String else { continue }
        let matches: Bool =
          switch format {
          case "date": text.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil
          case "date-time": text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/) != nil
          default: false
          }
        if !matches { problems.append("\(path): is no \(format)") }
      default: problems.append("\(path): the keyword \(keyword) is unknown")
      }
    }
    return problems
  }

  private static func undescribed(in value: Any, _ schema: [String: Any], at path: String) -> [String] {
    if let array = value as? [Any] {
      let items = schema["items"] as? [String: Any] ?? [:]
      return array.enumerated().flatMap { undescribed(in: $1, items, at: "\(path)[\($0)]") }
    }
    guard let object = value as? [String: Any] else { return [] }
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    return object.sorted { $0.key < $1.key }.flatMap { key, inner in
      properties[key].map { undescribed(in: inner, $0, at: "\(path).\(key)") } ?? ["\(path).\(key)"]
    }
  }

  private static func isOf(_ type: String, _ value: Any) -> Bool {
    switch type {
    case "array": value is [Any]
    case "object": value is [String: Any]
    case "string": value is String
    case "null": value is NSNull
    // JSONSerialization has numbers and Boolean values as NSNumber.
    case "boolean": (value as? NSNumber).map { isBoolean($0) } ?? false
    case "integer": (value as? NSNumber).map { !isBoolean($0) && $0.doubleValue == $0.doubleValue.rounded() } ?? false
    case "number": (value as? NSNumber).map { !isBoolean($0) } ?? false
    default: false
    }
  }

  private static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
