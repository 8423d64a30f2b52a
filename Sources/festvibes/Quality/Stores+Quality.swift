import Contracts
import Definitions
import Expectations
import Foundation
import JSON
import Ledger
import Loading
import Postgres
import Time

extension Stores {
  /// Rows that are read at once.
  private static let page = 1000

  /// Applies a dataset's rules to the document of its last load, and to its tables.
  /// - Throws: `CommandError` if nothing was loaded.
  func quality(
    of definition: Definition, item: String?, _ rules: DocumentExpectations
  ) throws -> QualityReport {
    let store = try rawStore()
    return try loading("festvibes-quality", within: .seconds(600)) { loading, deadline in
      let key = try Self.lastLoad(of: definition.dataset, item: item, in: loading.database, deadline: deadline)
      guard let key else {
        throw CommandError(
          "nothing of \(definition.dataset.id) was loaded yet\n"
            + NextStep("run --dataset \(NextStep.quoted(definition.dataset.id))").line)
      }
      let document = try PartedDocument(store.get(key, deadline: deadline), at: key) {
        (part, deadline) throws(PipelineError) in
        try store.get(part, deadline: deadline)
      }
      var parts = [
        QualityReport.Part(
          name: key, isTable: false, results: try rules.results(of: document, key: key, deadline: deadline))
      ]
      for sink in definition.sinks where sink.plugin == "postgres" {
        let table = QualityTable(sink, of: definition.dataset)
        let results = try table.results(rules, in: loading.database, page: Self.page, deadline: deadline)
        if let results { parts.append(.init(name: table.name, isTable: true, results: results)) }
      }
      return QualityReport(dataset: definition.dataset.id, parts: parts)
    }
  }

  private static func lastLoad(
    of dataset: Dataset, item: String?, in database: Database, deadline: Deadline
  ) throws -> String? {
    let query = PostgresStatement(
      """
      select raw_key from loads where dataset = $1 and ($2::text is null or item = $2) and not superseded
      order by id desc limit 1
      """, [.text(dataset.id), .text(item)])
    return try database.reading(query, deadline: deadline) { try $0.first.map { try $0[0] } }
  }
}

/// A table that a definition declares, whose rows are looked at as the records that made them.
struct QualityTable {
  let name: String
  /// The record's field of each column.
  private let fields: [String: String]
  private let sink: Section
  private let dataset: Dataset

  init(_ sink: Section, of dataset: Dataset) {
    self.sink = sink
    self.dataset = dataset
    name = sink.text("table") ?? ""
    fields = Dictionary(
      (sink.section("columns")?.values ?? []).map { name, value in (name, value.section?.text("from") ?? name) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Looks at the dataset's own rows: another one may fill the table too, and has rules of its own. Only a table with soft
  /// deletes has the column `_deleted_at`.
  /// - Returns: nil if the table does not exist.
  func results(
    _ rules: DocumentExpectations, in database: Database, page: Int, deadline: Deadline
  ) throws -> [RuleResult]? {
    let isThere: Bool = try database.reading(
      PostgresStatement("select to_regclass($1) is not null", [.text(name)]), deadline: deadline
    ) { try $0[0][0] }
    guard isThere else { return nil }
    return try database.retrying(deadline: deadline) {
      var trial = rules.trial(of: Set(fields.values), filledBy: sink)
      try database.connection.transaction(deadline: deadline) {
        try database.connection.query(
          """
          declare rows no scroll cursor for select r::text from (select to_jsonb(t) as r from \(name) t) x
          where r ->> '_dataset' = $1 and r ->> '_deleted_at' is null
          """, [.text(dataset.id)], deadline: deadline)
        while true {
          let rows = try database.connection.query("fetch \(page) from rows", deadline: deadline)
          for row in rows {
            let text: String = try row[0]
            trial.add(try record(text))
          }
          if rows.count < page { break }
        }
      }
      return trial.results
    }
  }

  private func record(_ text: String) throws -> JSONObject? {
    guard let row = try JSONValue(parsing: Array(text.utf8)).object else { return nil }
    return JSONObject(fields.map { column, field in (field, row[column] ?? .null) })
  }
}
