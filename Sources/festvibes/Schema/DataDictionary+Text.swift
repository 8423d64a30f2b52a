import Foundation

extension DataDictionary {
  /// Returns the tables, or only those with the given names.
  /// - Throws: `CommandError` for a name that no table has.
  func selecting(_ names: [String]) throws -> DataDictionary {
    guard !names.isEmpty else { return self }
    var copy = self
    copy.tables = try names.map { name in
      guard let table = tables.first(where: { $0.name == name }) else {
        throw CommandError(
          "there is no table '\(name)': there are \(tables.map(\.name).joined(separator: ", "))\n\(NextStep("schema").line)"
        )
      }
      return table
    }
    return copy
  }

  /// Lines for a person: a paragraph for each column, so that no comment is cut on a narrow terminal.
  func lines(for terminal: Terminal) -> [String] {
    let width = terminal.size?.width
    return tables.enumerated().flatMap { number, table -> [String] in
      let title = Style.bold.apply(table.name, colors: terminal.colors)
      var lines = (number == 0 ? [] : [""]) + ["\(title) (\(table.kind))"]
      lines += TextWidth.wrapped(table.comment, to: width, indent: 2)
      for column in table.columns {
        let traits = [column.type, column.nullability, column.isKey ? "key" : ""].filter { !$0.isEmpty }
        lines.append("  \(column.name)  \(traits.joined(separator: ", "))")
        lines += TextWidth.wrapped(column.comment, to: width, indent: 6)
      }
      return lines
    }
  }

  /// Markdown: a heading and a table of columns for each table.
  var markdown: [String] {
    tables.flatMap { table in
      [
        "### The \(table.kind) \(table.name)", "", Self.sentence(table.comment), "", "| column | type | null | |",
        "|---|---|---|---|",
      ]
        + table.columns.map {
          "| \($0.name)\($0.isKey ? " (key)" : "") | \($0.type) | \($0.nullability) | \($0.comment) |"
        } + [""]
    }
  }

  private static func sentence(_ comment: String) -> String {
    comment.isEmpty ? "" : comment.prefix(1).uppercased() + comment.dropFirst() + "."
  }
}
