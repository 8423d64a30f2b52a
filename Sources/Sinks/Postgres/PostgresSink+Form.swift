import Definitions

extension PostgresSink {
  /// The section's keys.
  public static let form = PluginForm(
    "postgres", "A table in Postgres, which the sink creates, and into which it upserts the records.",
    SectionForm(
      [
        KeyForm(
          "table", .text(), isRequired: true, "The table, as name or schema.name. Without a schema it is in public."),
        KeyForm("key", .list(of: .text()), isRequired: true, "The columns by which a record is found again."),
        KeyForm("columns", .map(of: .section(column)), isRequired: true, "The columns, by their names."),
        KeyForm(
          "metadata", .text(), standard: "metadata, if unknown fields are kept",
          "The jsonb column for the fields that no column has."),
        KeyForm(
          "on_unknown_field", .choice(["keep", "ignore", "reject"]), standard: "keep with metadata, else ignore",
          "A field that no column has: keep it in the metadata column, ignore it, or reject the record."),
        KeyForm(
          "schema_contract", .choice(["evolve", "freeze", "discard", "discard_value", "discard_row"]),
          "A field that no column has: evolve adds a column, freeze fails the load, discard_value (or discard) drops the "
            + "value, discard_row rejects the record."),
        KeyForm(
          "merge", .choice(TableDefinition.Merge.allCases.map(\.rawValue)), standard: "replace",
          "A stored row whose record comes again: replace all its values; keep those that the record lacks; fill: keep, and of "
            + "a row that another dataset wrote, take only what it lacks."),
        KeyForm(
          "soft_delete", .flag, standard: "false",
          "Marks a row as deleted, in _deleted_at, if no complete document of any item has it any more."),
        KeyForm(
          "minimum_ratio", .number(0...1), standard: "\(TableDefinition.standardMinimumRatio)",
          "For soft_delete: the share of an item's rows below which a document is refused; 0 accepts any."),
        KeyForm("create_schema", .flag, standard: "false", "Creates the schema if it does not exist."),
        KeyForm("summary", .text(plain), "The table's comment."),
      ],
      rule: { section in
        do throws(TableProblem) {
          _ = try TableDefinition(section)
          return nil
        } catch {
          return (error.key, error.text)
        }
      }))

  private static let column = SectionForm(
    [
      KeyForm("type", .text(columnType), isRequired: true, "The type: \(ColumnType.names)."),
      KeyForm(
        "from", .text(plain), standard: "the column's name",
        "The field that it holds, or a fact: \(Column.Fact.allCases.map(\.rawValue).joined(separator: ", "))."),
      KeyForm("null", .flag, standard: "true", "False if a record without a value is rejected."),
      KeyForm("check", .text(), "A rule that values must satisfy, such as amount >= 0; others are rejected."),
      KeyForm("default", .text(), "The value for a record without one."),
      KeyForm("max_length", .integer(1...10_485_760), "For text: the number of characters allowed."),
      KeyForm("summary", .text(plain), "The column's comment."),
    ], shorthand: "type")

  /// SQL ends at a NUL character, and Postgres stores none.
  private static let plain = Form.Rule("a text without a NUL character") { !$0.utf8.contains(0) }
  private static let columnType = Form.Rule("one of \(ColumnType.names)") { ColumnType($0) != nil }
}
