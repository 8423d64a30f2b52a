import Definitions
import JSON

extension Normalizer {
  /// The keys of the section `normalize`.
  public static let form = SectionForm([
    KeyForm(
      "plugin", .choice(seriesNames),
      "series: the fields of points of time series, as the parser spreadsheet makes them; the others are system 002's names for it."
    ),
    KeyForm(
      "timezone", .text(.timeZone), standard: "the dataset's",
      "The zone of times without an offset. A skipped time is moved forward, a repeated one is the first."),
    KeyForm(
      "fields", .map(of: .section(fieldForm)), standard: "the record as it is",
      "The fields of a record, by their names, in order."),
    KeyForm(
      "metadata", .text(), standard: "other keys stay beside the fields",
      "The field for every key of the source that fed no other field, with its value as sent."),
    KeyForm(
      "on_error", .choice(["quarantine", "keep"]), standard: "quarantine",
      "For a value that is not of its field's type. quarantine: the record is rejected; keep: the field is null or its default, and metadata has the value."
    ),
    KeyForm(
      "primary_keys", .list(of: .text()),
      "Fields that together identify a record. Of several with one key the first stands; the others are rejected. With `plugin`, any list means obs_time and internal_series_code."
    ),
  ]) { section in
    if let plugin = section.text("plugin"),
      let odd = ["fields", "metadata", "on_error"].first(where: { section[$0] != nil })
    {
      return (odd, "\(plugin) says the fields itself: delete it, or plugin")
    }
    let names = section.section("fields")?.keys ?? []
    if let metadata = section.text("metadata") {
      if names.isEmpty { return ("metadata", "it needs fields: without them nothing is left over") }
      if let key = section.texts("primary_keys").first(where: { !names.contains($0) }) {
        return ("primary_keys", "'\(key)' is no field: it must be one of \(names.joined(separator: ", "))")
      }
      if names.contains(metadata) { return ("metadata", "'\(metadata)' is a field already: give another name") }
    } else if section.text("on_error") == "keep" {
      return ("on_error", "keep needs metadata, the field for values that cannot be read")
    }
    return nil
  }

  /// The keys of a field.
  static let fieldForm = SectionForm([
    KeyForm("type", .choice(FieldType.allCases.map(\.rawValue)), standard: "text", "The type of the value."),
    KeyForm(
      "aliases", .list(of: .text(.path)), standard: "the field's name",
      "The keys of the source: the first whose value is neither null nor blank counts. An empty list with a default is a constant."
    ),
    KeyForm("required", .flag, standard: "false", "Rejects a record without a value."),
    KeyForm("default", .text(), "The value if there is none."),
    KeyForm("trim", .flag, standard: "false", "For text: removes white space at both ends."),
    KeyForm("max_length", .integer(1...10_000_000), "For text: characters. A longer value rejects the record."),
    KeyForm("minimum", .text(.decimal), "For numbers: a smaller value rejects the record."),
    KeyForm("maximum", .text(.decimal), "For numbers: a greater value rejects the record."),
    KeyForm("truncate", .flag, standard: "false", "For integer: cuts a fraction off, 3.9 to 3."),
    KeyForm("map", .map(of: .text()), "The words of the source, and what each becomes."),
    KeyForm("otherwise", .text(), "What a value that is not in map becomes."),
    KeyForm(
      "items", .choice(["text", "html_text", "integer", "number", "json"]), standard: "text",
      "For list: the type of its elements."),
    KeyForm("split", .text(.separator), "For list: divides a text into elements."),
    KeyForm(
      "formats", .list(of: .text(.timeFormat)), standard: "iso8601",
      "For date and timestamp: iso8601, unix, unix_ms, or patterns such as %d/%m/%Y %H:%M."),
    KeyForm("default_time", .text(.clock), "For timestamp: the time of a date without one."),
    KeyForm("utc", .list(of: .text(.path)), "For timestamp: the aliases whose texts without an offset are in UTC."),
  ]) { field in
    let type = field.text("type").flatMap(FieldType.init) ?? .text
    let allowed: [(keys: [String], isAllowed: Bool, types: String)] = [
      (["trim"], type == .text, "text"),
      (["max_length"], type.isText, "text and html_text"),
      (["minimum", "maximum"], type.isNumber, "integer, number and decimal_comma"),
      (["truncate"], type == .integer, "integer"),
      (["items", "split"], type == .list, "list"),
      (["formats"], type.isTime, "date and timestamp"),
      (["default_time", "utc"], type == .timestamp, "timestamp"),
      (["default", "map"], type != .list && type != .json, "types but list and json"),
    ]
    for (keys, isAllowed, types) in allowed where !isAllowed {
      if let key = keys.first(where: { field[$0] != nil }) {
        return (key, "only \(types) may have it, and the type is \(type.rawValue)")
      }
    }
    if field.flag("required") == true, field["default"] != nil {
      return ("required", "a field with a default always has a value: remove one of them")
    }
    if field["otherwise"] != nil, field["map"] == nil { return ("otherwise", "it needs map") }
    if field.list("aliases").isEmpty, field["aliases"] != nil, field["default"] == nil {
      return ("aliases", "an empty list needs a default, which is then the field's constant")
    }
    if let unknown = field.texts("utc").first(where: { !field.texts("aliases").contains($0) }) {
      return ("utc", "'\(unknown)' is not one of the aliases")
    }
    return nil
  }
}

extension Form.Rule {
  static let path = Form.Rule("a key, a path such as a.b, a[0].b, a[].b or a[kind=x].b, or . for the whole record") {
    FieldPath($0) != nil
  }
  static let decimal = Form.Rule("a number", pattern: #"^-?[0-9]+(\.[0-9]+)?$"#) { DecimalNumber($0) != nil }
  static let separator = Form.Rule("one or more characters") { !$0.isEmpty }
  static let clock = Form.Rule("a time such as 00:00", pattern: "^[0-2][0-9]:[0-5][0-9]$") { Field.clock($0) != nil }
  static let timeFormat = Form.Rule(
    "iso8601, unix, unix_ms, or a pattern with a year, a month and %d, of "
      + TimeFormat.fields.map { "%\($0)" }.joined(separator: " ")
  ) { TimeFormat($0) != nil }
}
