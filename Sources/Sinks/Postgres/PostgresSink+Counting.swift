import Contracts
import Ledger
import Postgres
import Time

extension PostgresSink: RecordCounting {
  /// Counts the rows of each item: with soft delete those that its last document has, else those that it was the last to write.
  /// - Throws: `SchemaMismatch` if the ledger has another version, or an error of the database.
  public func storedCounts(
    of items: [WorkItem], in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> [String: Int] {
    let ids = Dictionary(items.map { ($0.id, 0) }, uniquingKeysWith: { first, _ in first })
    let relation = try database.reading(TableState.relation(table), deadline: deadline) { $0 }
    let state: TableState
    do { state = try TableState(relation, nil) } catch {
      throw PipelineError(.schemaMismatch, "the table \(table.label) cannot be read: \(error)")
    }
    let needed = ["_dataset", "_item"] + (table.softDelete ? ["_items", "_deleted_at"] : [])
    // Nothing was loaded yet.
    guard needed.allSatisfy({ state.column($0) != nil }) else { return ids }
    let isOfItem =
      table.softDelete
      ? "t._items @> array[$1 || '/' || x.item] and t._deleted_at is null" : "t._dataset = $1 and t._item = x.item"
    let query = PostgresStatement(
      """
      select x.item, (select count(*) from \(table.sql) t where \(isOfItem)) as rows from unnest($2::text[]) x (item)
      """, [.text(dataset.id), .texts(ids.keys.sorted())])
    let counts: [String: Int] = try database.reading(query, deadline: deadline) { rows in
      Dictionary(try rows.map { (try $0["item"], try $0["rows"]) }, uniquingKeysWith: { first, _ in first })
    }
    return ids.merging(counts) { $1 }
  }
}
