import Contracts
import Definitions
import JSON

extension SectionForm {
  /// The keys of `extract.incremental` for an extractor that cannot ask its source for a part: records before the checkpoint
  /// are left out.
  public static let incremental = SectionForm(cursorKeys, rule: cursorRule)

  /// The keys of `extract.incremental` that say what a record's cursor is.
  public static let cursorKeys = [
    KeyForm(
      "cursor", .text(.cursor), isRequired: true,
      "The place of the cursor in the record as the parser makes it: .updated_at"),
    KeyForm(
      "type", .choice(Checkpoint.Kind.allCases.map(\.rawValue)), standard: "time",
      "The way in which cursors are compared: as instants, as integers of any size, or byte by byte."),
    KeyForm(
      "lag_seconds", .integer(0...31_622_400), standard: "0",
      "For time: the seconds before the checkpoint that are read again, because the source adds records late."),
    KeyForm(
      "format", .choice(["iso8601", "date", "unix", "unix_ms"]), standard: "iso8601",
      "For time: the spelling of the time in the request, and of a cursor that is a number."),
  ]

  /// Refuses keys that the type does not have.
  @Sendable public static func cursorRule(_ section: Section) -> (key: String, problem: String)? {
    guard let type = section.text("type"), type != Checkpoint.Kind.time.rawValue,
      let odd = ["lag_seconds", "format"].first(where: { section[$0] != nil })
    else { return nil }
    return (odd, "it is for times, and type is \(type): delete it")
  }
}

extension Form.Rule {
  /// A path that leads to one value, evaluated without jq.
  static let cursor = Form.Rule("a path to one value of the record, such as .updated_at or .meta.id") { text in
    JSONSelector(text) != nil && text.contains { $0 != "." && $0 != " " } && !text.contains("[]")
  }
}
