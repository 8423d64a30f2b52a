import Definitions

/// Columns of `load` that no field of `normalize` feeds: they stay null, mostly for a name that is spelled in two ways.
///
/// Nothing is known of a record's fields if `transform` changes them, or if other keys of the source stay beside them.
struct UnfedColumns {
  /// Warnings, one for each column: `datasets/x/dataset.yaml:43: load.columns.prize: warning: …`.
  let warnings: [String]

  init(_ definition: Definition) {
    let names = definition.normalize?.section("fields")?.keys ?? []
    guard !names.isEmpty, let metadata = definition.normalize?.text("metadata"), definition.transforms.isEmpty else {
      warnings = []
      return
    }
    let fed = Set(names + [metadata])
    warnings = definition.sinks.filter { $0.plugin == "postgres" }.flatMap { sink -> [String] in
      let rest = sink.text("metadata") ?? "metadata"
      return (sink.section("columns")?.values ?? []).compactMap { name, value in
        guard let column = value.section, name != rest, column["default"] == nil else { return nil }
        let field = column.text("from") ?? name
        guard !field.hasPrefix("$"), !field.hasPrefix("_"), !fed.contains(field) else { return nil }
        return "\(column.place): warning: normalize has no field '\(field)', so the column stays null"
      }
    }
  }
}
