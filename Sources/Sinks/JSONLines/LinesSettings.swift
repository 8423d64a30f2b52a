import Definitions
import JSON

/// A section of the plugin `json_lines`.
public struct LinesSettings: Sendable {
  public let bucket: String
  /// Nil for the environment's.
  public let region: String?
  let key: LinesKey
  /// The field whose records are one file.
  let group: String
  /// The field with the dates of `{min}` and `{max}`.
  public let date: String
  /// The fields by which lines are sorted.
  let sort: [String]
  /// The fields that name a line beside its date: by them it is known in another version of its file.
  public let names: [String]
  /// Nil if the group that is loaded last stands.
  let order: String?
  /// The fields of a line, in their order.
  public let fields: [String]

  /// - Parameter section: satisfies `form`.
  public init(_ section: Section) {
    bucket = section.text("bucket") ?? ""
    region = section.text("region")
    // The form lets no other text through.
    key = LinesKey(section.text("key") ?? "") ?? LinesKey()
    group = section.text("group") ?? ""
    let date = section.text("date") ?? "date"
    self.date = date
    let sort = section.texts("sort")
    self.sort = sort.isEmpty ? [date] : sort
    let names = section.texts("names")
    self.names = names.isEmpty ? self.sort.filter { $0 != date } : names
    order = section.text("order")
    fields = section.texts("fields")
  }

  /// The plugin's name.
  public static let plugin = "json_lines"

  /// The section's keys.
  public static let form = PluginForm(
    plugin, "Files of JSON Lines in S3, one for each group of records, named by the dates that it has.",
    SectionForm(
      [
        KeyForm("bucket", .text(.s3Bucket), isRequired: true, "The bucket."),
        KeyForm(
          "key", .text(keyRule), isRequired: true,
          "The file's key, with {min} and {max} for the first and the last date of the group. No other dataset or sink has files "
            + "in its folder."),
        KeyForm("group", .text(), isRequired: true, "The field whose records are one file, such as a post's id."),
        KeyForm("date", .text(), standard: "date", "The field with the dates, such as 2024-05-31."),
        KeyForm(
          "sort", .list(of: .text()), standard: "the date",
          "The fields by which lines are sorted. Those of which they say nothing are in the order of the source."),
        KeyForm(
          "names", .list(of: .text()), standard: "those of sort",
          "The fields that name a line beside its date, such as a session: by them it is known in the next version of its file."
        ),
        KeyForm(
          "order", .text(), standard: "the group that is loaded last stands",
          "The field that orders the versions of a group, such as the time of an edit: an earlier one replaces no later one."
        ),
        KeyForm("fields", .list(of: .text()), isRequired: true, "The fields of a line, in their order."),
        KeyForm("region", .text(.name), standard: "the environment's", "The bucket's region."),
      ],
      rule: { section in
        let fields = section.texts("fields")
        if Set(fields).count < fields.count { return ("fields", "it names a field twice") }
        let date = section.text("date") ?? "date"
        guard
          let missing = ([date] + section.texts("sort") + section.texts("names")).first(where: { !fields.contains($0) })
        else { return nil }
        return ("fields", "it must have \(missing), by which files are named, or lines sorted or known")
      }))

  /// Returns records of several files in the order of their lines.
  public func inOrder(_ records: [JSONObject]) -> [JSONObject] {
    records.enumerated().map { (key: Line.sortKey(of: $1, self), place: $0, record: $1) }.sorted { left, right in
      Line.precedes((left.key, left.place), (right.key, right.place))
    }.map(\.record)
  }

  private static let keyRule = Form.Rule(
    "a key in a folder, with {min} and behind it {max}, such as weekly/{min}__{max}.json, of up to 512 letters, digits and . _ - /"
  ) { Form.Rule.isKeyInFolder($0) && LinesKey($0) != nil }
}
