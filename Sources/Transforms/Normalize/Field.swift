import Contracts
import Definitions
import JSON
import Processing
import Time

/// A field of the normalized record: the keys that feed it, its type and its limits.
struct Field: Sendable {
  let name: String
  let paths: [FieldPath]
  let type: FieldType
  /// The type of a list's elements.
  let elementType: FieldType
  let isRequired: Bool
  let isTrimmed: Bool
  let truncates: Bool
  /// Divides a text into the elements of a list; nil if only a list is one.
  let separator: String?
  let maximumLength: Int?
  let minimum: DecimalNumber?
  let maximum: DecimalNumber?
  let mapped: [String: String]?
  /// The text for a value that `mapped` does not have.
  let otherwise: String?
  let formats: [TimeFormat]
  /// The time of a date without one, in seconds since midnight.
  let defaultSecond: Int?
  /// The keys whose texts are in UTC if they have no offset.
  let utcKeys: Set<String>
  /// Nil for UTC.
  let zone: TimeZoneRules?
  /// The minimum and maximum as written, for messages.
  let range: String
  /// True for a field that an alias gives the line of a CSV file's row.
  let readsRow: Bool
  private(set) var standard: JSONValue?

  /// - Parameter section: a section of `Normalizer.fieldForm`.
  /// - Throws: `ConfigurationInvalid` for a default that is not of the type.
  init(_ name: String, _ section: Section, zone: TimeZoneRules?) throws(PipelineError) {
    self.name = name
    self.zone = zone
    let aliases = section["aliases"] == nil ? [name] : section.texts("aliases")
    // The form has checked them. A field's own name may have brackets.
    paths = aliases.compactMap { FieldPath($0) }
    readsRow = aliases.contains(LineageField.sourceRow)
    type = section.text("type").flatMap(FieldType.init) ?? .text
    elementType = section.text("items").flatMap(FieldType.init) ?? .text
    isRequired = section.flag("required") ?? false
    isTrimmed = section.flag("trim") ?? false
    truncates = section.flag("truncate") ?? false
    separator = section.text("split")
    maximumLength = section.integer("max_length")
    minimum = section.text("minimum").flatMap { DecimalNumber($0) }
    maximum = section.text("maximum").flatMap { DecimalNumber($0) }
    range = [section.text("minimum").map { "at least \($0)" }, section.text("maximum").map { "at most \($0)" }]
      .compactMap { $0 }.joined(separator: " and ")
    let map = section.section("map")?.values
    mapped = map.map { Dictionary($0.compactMap { key, value in value.text.map { (key, $0) } }) { $1 } }
    otherwise = section.text("otherwise")
    let formats = section.texts("formats").compactMap { TimeFormat($0) }
    self.formats = formats.isEmpty ? [.iso8601] : formats
    defaultSecond = section.text("default_time").flatMap { Self.clock($0) }
    utcKeys = Set(section.texts("utc"))
    guard let text = section.text("default") else { return }
    guard case .value(let value, _) = convert(.string(text), type, isUTC: false), limitProblem(value) == nil else {
      throw PipelineError(
        .configurationInvalid,
        "\(section.place): default is '\(text.prefix(60))', which the field's own type and limits do not allow")
    }
    standard = value
  }

  /// Reads `HH:MM` as seconds since midnight.
  static func clock(_ text: String) -> Int? {
    var bytes = Array(text.utf8)[...]
    guard let hour = LocalTime.number(2, &bytes), hour < 24, LocalTime.take(":", &bytes),
      let minute = LocalTime.number(2, &bytes), minute < 60, bytes.isEmpty
    else { return nil }
    return hour * 3600 + minute * 60
  }
}
