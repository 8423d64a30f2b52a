import Definitions

/// Columns and keys of `load` that no field of `normalize` feeds, mostly for a name that is spelled in two ways: a column
/// stays null, and a record without a key of its table of DynamoDB is rejected.
///
/// Nothing is known of a record's fields if `transform` changes them, or if other keys of the source stay beside them.
struct UnfedColumns {
  /// Warnings, one for each column or key: `datasets/x/dataset.yaml:43: load.columns.prize: warning: …`.
  let warnings: [String]

  init(_ definition: Definition) {
    let names = definition.normalize?.section("fields")?.keys ?? []
    guard !names.isEmpty, let metadata = definition.normalize?.text("metadata"), definition.transforms.isEmpty else {
      warnings = []
      return
    }
    let fed = Set(names + [metadata])
    warnings = definition.sinks.flatMap { sink in
      switch sink.plugin {
      case "postgres": Self.unfedColumns(of: sink, fed)
      case "dynamodb": Self.unfedKeys(of: sink, fed)
      default: [String]()
      }
    }
  }

  private static func unfedColumns(of sink: Section, _ fed: Set<String>) -> [String] {
    let rest = sink.text("metadata") ?? "metadata"
    return (sink.section("columns")?.values ?? []).compactMap { name, value in
      guard let column = value.section, name != rest, column["default"] == nil else { return nil }
      let field = column.text("from") ?? name
      guard !field.hasPrefix("$"), !field.hasPrefix("_"), !fed.contains(field) else { return nil }
      return "\(column.place): warning: normalize has no field '\(field)', so the column stays null"
    }
  }

  private static func unfedKeys(of sink: Section, _ fed: Set<String>) -> [String] {
    ["hash", "range", "order", "owner"].compactMap { key in
      guard let field = sink.text(key), !field.hasPrefix("_"), !fed.contains(field) else { return nil }
      return
        "\(sink.place): warning: normalize has no field '\(field)', which is \(key): every record would be rejected"
    }
  }
}
