import Contracts
import FoundationEssentials
import Ledger
import Postgres
import Time

/// Reads the tables of the schema `catalog`. A table that no load has made yet has no rows.
public struct ProcessedTables {
  /// A partition of a type as the database has it.
  struct Partition: Equatable {
    let rows: Int
    /// The SHA-256 of its rows, in hexadecimal digits: that of `ProcessedRows`.
    let digest: String
  }

  /// Partitions by their names, by the names of the types.
  typealias Partitions = [String: [String: Partition]]

  /// The rows that are read at once. A line has a few hundred bytes, and a response is limited to 32 MB.
  static let pageSize = 2000

  private let database: Database

  /// - Parameter database: the one into which the sinks load.
  public init(_ database: Database) { self.database = database }

  /// Returns the types whose tables exist, each with true if its table marks rows as deleted.
  func existing(_ types: [ProcessedType], deadline: Deadline) throws(PipelineError) -> [(ProcessedType, Bool)] {
    let query = PostgresStatement(
      """
      select x.name, exists (
        select from pg_attribute a
        where a.attrelid = to_regclass('catalog.' || x.name) and a.attname = '_deleted_at' and not a.attisdropped
      ) as marks
      from unnest($1::text[]) x (name) where to_regclass('catalog.' || x.name) is not null
      """, [.texts(types.map(\.table))])
    let marks: [String: Bool] = try database.reading(query, deadline: deadline) { rows in
      Dictionary(try rows.map { (try $0["name"], try $0["marks"]) }, uniquingKeysWith: { first, _ in first })
    }
    return types.compactMap { type in marks[type.table].map { (type, $0) } }
  }

  /// Returns the partitions of a source.
  func partitions(
    of tables: [(ProcessedType, Bool)], source: String, deadline: Deadline
  ) throws(PipelineError) -> Partitions {
    guard !tables.isEmpty else { return [:] }
    let sql = tables.map { type, marks in type.digests(hidesDeleted: marks) }.joined(separator: "\nunion all\n")
    return try database.reading(PostgresStatement(sql, [.text(source)]), deadline: deadline) { rows in
      var partitions: Partitions = [:]
      for row in rows {
        let (type, name): (String, String) = (try row["type"], try row["partition"])
        partitions[type, default: [:]][name] = Partition(rows: try row["rows"], digest: try row["digest"])
      }
      return partitions
    }
  }

  /// Returns the rows of some partitions. A partition without rows is left out.
  func rows(
    of names: [String], in table: (ProcessedType, Bool), source: String, deadline: Deadline
  ) throws(PipelineError) -> [String: ProcessedRows] {
    var found: [String: ProcessedRows] = [:]
    // Keys are not empty, so this is before the first row.
    var last = (partition: "", id: "")
    var count = Self.pageSize
    while count == Self.pageSize {
      let page = PostgresStatement(
        table.0.page(hidesDeleted: table.1),
        [.text(source), .texts(names), .text(last.partition), .text(last.id), .int(Self.pageSize)])
      count = try database.reading(page, deadline: deadline) { rows in
        // Read before anything is kept, so that an attempt that fails leaves nothing.
        let read: [(String, String, String, String)] = try rows.map {
          (try $0["partition"], try $0["id"], try $0["line"], try $0["content"])
        }
        for (partition, id, line, content) in read {
          found[partition, default: ProcessedRows()].append(line, content: content)
          last = (partition, id)
        }
        return read.count
      }
    }
    return found
  }

  /// Returns the number of rows that each item was the last to write.
  func counts(
    of items: [WorkItem], in tables: [(ProcessedType, Bool)], of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> [String: Int] {
    let none = Dictionary(items.map { ($0.id, 0) }, uniquingKeysWith: { first, _ in first })
    guard !tables.isEmpty, !items.isEmpty else { return none }
    let sql = tables.map { type, marks in type.counts(hidesDeleted: marks) }.joined(separator: "\nunion all\n")
    let query = PostgresStatement(sql, [.text(dataset.id), .texts(none.keys.sorted())])
    return try database.reading(query, deadline: deadline) { rows in
      try rows.reduce(into: none) { $0[try $1["item"], default: 0] += try $1["rows"] as Int }
    }
  }
}
