import Postgres

/// The values that a record gives to its stored row `t`, with those of the record in `x`.
extension TableWrites {
  /// The columns that a record may change.
  private var merged: [Int] {
    let keys = Set(keyIndices)
    return columns.indices.filter { !keys.contains($0) }
  }

  /// The assignments of the lineage. A row to which a record adds what it lacks remains that of the dataset that wrote it:
  /// its content hash, too, so that this dataset finds its own record unchanged, and its time, so that a change which this
  /// dataset has read before and loads later is not taken for an older one.
  var lineageAssignments: [String] {
    let values = [
      ("_dataset", "$1"), ("_item", "$2"), ("_run", "$3"), ("_raw_key", "$4"), ("_record", "x.record"),
      ("_content_hash", "x.hash"), ("_last_seen", "$5"),
    ]
    guard table.merge == .fill else { return values.map { "\($0) = \($1)" } }
    return values.map { "\($0) = case when t._dataset = $1 then \($1) else t.\($0) end" }
  }

  /// The assignments of an update, whose parameter `$1` is the dataset.
  var assignments: [String] {
    merged.map { index in
      let value =
        switch table.merge {
        case .replace: selected(index)
        case .keep: kept(index)
        case .fill: "case when t._dataset = $1 then \(kept(index)) else \(filled(index)) end"
        }
      return "\(SQL.quoted(columns[index].name)) = \(value)"
    }
  }

  /// Compares rows that are stored with another content hash, value by value, for a table that keeps or fills.
  /// - Returns: a statement that selects the indices `n` of those of which an update would change a value.
  func changing(_ rows: [TableRow]) -> PostgresStatement {
    var values: [PostgresValue] = [.ints(Array(rows.indices))]
    let arrays = allArrays(rows, &values)
    let content = merged.filter { columns[$0].isContent }
    func differs(_ value: (Int) -> String) -> String {
      let tests = content.map { "\(value($0)) is distinct from \(stored($0))" }
      return tests.isEmpty ? "false" : "(\(tests.joined(separator: " or ")))"
    }
    var isChanged = differs(kept)
    if table.merge == .fill {
      values.append(.text(target.dataset.id))
      isChanged = "case when t._dataset = $\(values.count) then \(isChanged) else \(differs(filled)) end"
    }
    return PostgresStatement(
      """
      select x.n from unnest($1::int8[], \(arrays)) x (n, record, hash, \(columnNames))
      join \(table.sql) t on \(keyIndices.map { "\(stored($0)) = \(selected($0))" }.joined(separator: " and "))
      where \(isChanged)
      """, values)
  }

  private func stored(_ index: Int) -> String { "t.\(SQL.quoted(columns[index].name))" }

  /// The value of a record, or the stored one if the record has none.
  private func kept(_ index: Int) -> String {
    columns[index].source == .unknownFields
      ? "\(stored(index)) || \(selected(index))" : "coalesce(\(selected(index)), \(stored(index)))"
  }

  /// The stored value, or the record's if there is none.
  private func filled(_ index: Int) -> String {
    columns[index].source == .unknownFields
      ? "\(selected(index)) || \(stored(index))" : "coalesce(\(stored(index)), \(selected(index)))"
  }
}
