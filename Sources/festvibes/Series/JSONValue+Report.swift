import JSON
import Versions

/// The members of a report's JSON. What is not known is null.
extension JSONValue {
  /// An object with sorted keys. Its numbers are as they were read, without a way through binary fractions.
  static func sorted(_ members: [String: JSONValue]) -> JSONValue {
    .object(JSONObject(unique: members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
  }

  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  static func integer(_ number: Int?) -> JSONValue { number.map { .number(JSONNumber($0)) } ?? .null }

  /// The value of a point.
  static func value(_ point: SeriesPoint?) -> JSONValue { point.map { .number($0.value) } ?? .null }
}
