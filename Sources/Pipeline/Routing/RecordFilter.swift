import Definitions
import JSON

/// The rule `where` of an entry of `load`, or of a rule of `expect`: it is for the records whose fields have one of some
/// values.
///
///     where: {kind: venue}
///     where: {kind: [artist, venue], .source.country: US}
public struct RecordFilter: Sendable, CustomStringConvertible {
  /// A field with its values.
  fileprivate struct Rule: Sendable {
    /// The name, or a path that begins with a dot.
    let field: String
    let path: JSONSelector?
    let values: [String]
  }

  /// The key of a section that has the rule.
  static let key = "where"

  fileprivate let rules: [Rule]

  /// - Returns: nil for a section without the key, which is for all records.
  public init?(_ section: Section) {
    guard let fields = section.section(Self.key) else { return nil }
    rules = fields.keys.map { name in
      Rule(field: name, path: name.hasPrefix(".") ? JSONSelector(name) : nil, values: fields.texts(name))
    }
  }

  /// Returns true if every field has one of its values. A number or a flag has the value that is written like it.
  public func accepts(_ record: JSONValue) -> Bool {
    rules.allSatisfy { rule in
      guard let text = rule.value(in: record)?.scalarText else { return false }
      return rule.values.contains { $0.utf8.elementsEqual(text.utf8) }
    }
  }

  /// True if no record is accepted by both: they name one field with other values.
  public func excludes(_ other: RecordFilter) -> Bool {
    rules.contains { rule in
      other.rules.contains { $0.field == rule.field && Set($0.values).isDisjoint(with: rule.values) }
    }
  }

  /// True if every record that the other one accepts is accepted.
  public func includes(_ other: RecordFilter) -> Bool {
    rules.allSatisfy { rule in
      other.rules.contains { $0.field == rule.field && Set($0.values).isSubset(of: rule.values) }
    }
  }

  /// The names of the fields that it looks at.
  public var fields: [String] { rules.map(\.field) }

  /// The values that a record has in the fields of some filters, for a person: `kind is "label"`.
  static func values(of record: JSONValue, in filters: [RecordFilter]) -> String {
    var names: [String] = []
    for rule in filters.flatMap(\.rules) where !names.contains(rule.field) { names.append(rule.field) }
    return names.map { name in
      let value = filters.lazy.flatMap(\.rules).first { $0.field == name }?.value(in: record)
      return "\(name) is \(value.map(\.shown) ?? "missing")"
    }.joined(separator: ", ")
  }

  public var description: String {
    rules.map { "\($0.field): \($0.values.joined(separator: " or "))" }.joined(separator: ", ")
  }
}

extension RecordFilter.Rule {
  func value(in record: JSONValue) -> JSONValue? {
    let value = if let path { try? path.first(in: record) } else { record.object?[field] }
    // A literal nil could be JSON's null.
    guard let value, !value.isNull else { return Optional.none }
    return value
  }
}

extension JSONValue {
  /// The value as a scalar of YAML is written; nil for one that is none.
  fileprivate var scalarText: String? {
    switch self {
    case .string(let text): text
    case .number(let number): number.text
    case .bool(let flag): flag ? "true" : "false"
    case .null, .array, .object: nil
    }
  }

  /// The value as JSON in one line, for a message. Characters that a text of Postgres cannot hold are replaced.
  fileprivate var shown: String {
    let text = text
    let scalars = text.unicodeScalars.prefix(40).map { $0.value == 0 || $0.value == 0x7F ? "\u{fffd}" : $0 }
    return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 40 ? "…" : "")
  }
}
