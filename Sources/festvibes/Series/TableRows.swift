import Contracts
import Definitions
import Foundation
import JSON
import Ledger
import Loading
import Postgres
import Time

/// The newest rows of the table that a dataset declares, for `festvibes show`.
struct TableRows {
  let table: String
  /// The declared columns, in their order.
  let columns: [String]
  /// Each row by its columns, the one that changed last first.
  let rows: [JSONObject]
}

extension TableRows {
  /// Reads the rows of the dataset itself: another one may fill the table too.
  /// - Throws: `CommandError` if the table does not exist yet.
  init(_ sink: Section, of dataset: Dataset, limit: Int, in database: Database, deadline: Deadline) throws {
    let name = sink.text("table") ?? ""
    table = name
    columns = sink.section("columns")?.keys ?? []
    let quoted = name.split(separator: ".").map { "\"\($0)\"" }.joined(separator: ".")
    let isThere: Bool = try database.reading(
      PostgresStatement("select to_regclass($1) is not null", [.text(quoted)]), deadline: deadline
    ) { try $0[0][0] }
    guard isThere else {
      throw CommandError(
        "the table \(name) does not exist yet\n\(NextStep("run --dataset \(NextStep.quoted(dataset.id))").line)")
    }
    // Only a table with soft deletes has the column _deleted_at.
    let query = PostgresStatement(
      """
      select to_jsonb(t)::text from \(quoted) t
      where t._dataset = $1 and to_jsonb(t) ->> '_deleted_at' is null order by t._last_seen desc limit $2
      """, [.text(dataset.id), .int(limit)])
    rows = try database.reading(query, deadline: deadline) { rows in
      try rows.compactMap { row -> JSONObject? in
        let text: String = try row[0]
        return (try? JSONValue(parsing: text))?.object
      }
    }
  }

  /// The tables of one dataset, one after the other, a blank line between two.
  static func lines(of tables: [TableRows], for terminal: Terminal, isWide: Bool) -> [String] {
    Array(tables.map { $0.lines(for: terminal, isWide: isWide) }.joined(separator: [""]))
  }

  func lines(for terminal: Terminal, isWide: Bool) -> [String] {
    guard !rows.isEmpty else { return ["\(table) has no row of the dataset."] }
    var table = TextTable(
      columns.enumerated().map { index, name in
        // The first ones say what a row is.
        .init(title: name, rank: index < 2 ? nil : columns.count - index, minimum: 8)
      } + [.init(title: "changed")])
    table.rows = rows.map { row in
      columns.map { .init(Self.text(row[$0])) } + [.init(String(Self.text(row["_last_seen"]).prefix(16)), .dim)]
    }
    return table.lines(width: isWide ? nil : terminal.size?.width, colors: terminal.colors)
      + ["The \(rows.count) rows of \(self.table) that changed last."]
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case .string(let text)?: text
    case .null?, nil: ""
    case let value?: value.text
    }
  }

  /// The rows with all of their columns, those of their lineage as well.
  func json(of dataset: String) -> String {
    JSONValue.sorted([
      "dataset": .string(dataset), "table": .string(table), "rows": .array(rows.map { .object($0) }),
    ]).text
  }
}
