import Contracts
import FoundationEssentials
import Postgres

/// The statements that compare and write rows of a table. Values travel as one array for each column.
struct TableWrites {
  let table: TableDefinition
  /// The declared columns, and those of unknown fields.
  let columns: [Column]
  let target: LoadTarget
  /// The time at which the source was read.
  let seenAt: Date

  var keyIndices: [Int] { table.key.compactMap { name in columns.firstIndex { $0.name == name } } }
  /// The item's name in `_items`.
  private var holder: PostgresValue { .text("\(target.dataset.id)/\(target.item.id)") }

  /// Compares rows with the stored ones.
  /// - Returns: a statement that selects, of each row that is not stored with the same content, its index `n`; `is_new`;
  ///   `is_same` if the content is the same all the same; `is_later` if a later reading of the source has written it; with
  ///   soft delete also `is_deleted`, and `is_counted` if the item has the row and it is not deleted.
  func comparison(_ rows: [TableRow]) -> PostgresStatement {
    var values: [PostgresValue] = [
      .ints(Array(rows.indices)), .bytesList(rows.map { Data($0.hash) }), .time(seenAt),
    ]
    let arrays = keyArrays(keys(of: rows), &values)
    var differs = "t._content_hash is distinct from x.hash"
    var state = ""
    if table.softDelete {
      values.append(holder)
      let isHeld = "coalesce(t._items @> array[$\(values.count)::text], false)"
      differs += " or t._deleted_at is not null or not \(isHeld)"
      state = ", t._deleted_at is not null as is_deleted, t._deleted_at is null and \(isHeld) as is_counted"
    }
    return PostgresStatement(
      """
      select x.n, t._content_hash is null as is_new, t._content_hash is not distinct from x.hash as is_same,
        coalesce(t._last_seen > $3, false) as is_later\(state)
      from unnest($1::int8[], $2::bytea[], \(arrays)) x (n, hash, \(keyNames("k")))
      left join \(table.sql) t on \(keyMatch)
      where \(differs)
      order by x.n
      """, values)
  }

  func insert(_ rows: [TableRow]) -> PostgresStatement {
    var values = lineage
    let arrays = allArrays(rows, &values)
    let names = columns.map { SQL.quoted($0.name) }.joined(separator: ", ")
    let items = table.softDelete ? (", _items", ", array[$6::text]") : ("", "")
    return PostgresStatement(
      """
      insert into \(table.sql) (\(names), _dataset, _item, _run, _raw_key, _first_seen, _last_seen, _record, _content_hash\
      \(items.0))
      select \(selected), $1, $2, $3, $4, $5, $5, x.record, x.hash\(items.1)
      from unnest(\(arrays)) x (record, hash, \(columnNames))
      """, values)
  }

  func update(_ rows: [TableRow]) -> PostgresStatement {
    var values = lineage
    let arrays = allArrays(rows, &values)
    let items = table.softDelete ? [Self.join("$6"), "_deleted_at = null"] : []
    let match = keyIndices.map { "t.\(SQL.quoted(columns[$0].name)) = \(selected($0))" }.joined(separator: " and ")
    return PostgresStatement(
      """
      update \(table.sql) t set \((assignments + lineageAssignments + items).joined(separator: ", "))
      from unnest(\(arrays)) x (record, hash, \(columnNames))
      where \(match)
      """, values)
  }

  /// Adds the item to stored rows that it has, too, and makes an end of their deletion.
  func hold(_ rows: [TableRow]) -> PostgresStatement {
    var values: [PostgresValue] = [holder]
    let arrays = keyArrays(keys(of: rows), &values)
    return PostgresStatement(
      """
      update \(table.sql) t set \(Self.join("$1")), _deleted_at = null
      from unnest(\(arrays)) x (\(keyNames("k"))) where \(keyMatch)
      """, values)
  }

  private static func join(_ holder: String) -> String {
    "_items = case when t._items @> array[\(holder)::text] then t._items "
      + "else coalesce(t._items, '{}') || array[\(holder)::text] end"
  }

  /// Counts the item's stored rows, those of them that the document has, and those that would be deleted.
  func missing(_ keys: ListedKeys) -> PostgresStatement {
    var values: [PostgresValue] = [holder]
    let listed = listed(keys, &values)
    values.append(.time(seenAt))
    return PostgresStatement(
      """
      select count(*) as stored, count(*) filter (where \(listed)) as shared,
        count(*) filter (where not \(listed) and cardinality(t._items) = 1
          and t._last_seen <= $\(values.count)::timestamptz) as deleted
      from \(table.sql) t where t._items @> array[$1::text] and t._deleted_at is null
      """, values)
  }

  /// Takes the item from the rows that its document lacks. A row that no item has is deleted. One that a later reading has
  /// written has not vanished.
  /// - Returns: a statement that returns the keys of deleted rows, as one text.
  func release(_ keys: ListedKeys) -> PostgresStatement {
    var values: [PostgresValue] = [holder]
    let listed = listed(keys, &values)
    values.append(.time(seenAt))
    let labels = table.key.map { "t.\(SQL.quoted($0))::text" }.joined(separator: ", ")
    return PostgresStatement(
      """
      update \(table.sql) t set _items = array_remove(t._items, $1::text),
        _deleted_at = case when cardinality(t._items) = 1 then $\(values.count)::timestamptz else t._deleted_at end
      where t._items @> array[$1::text] and t._last_seen <= $\(values.count)::timestamptz and not \(listed)
      returning t._deleted_at is not null as is_deleted, concat_ws(', ', \(labels)) as label
      """, values)
  }

  /// Selects stored rows as JSON, with their index `n`.
  func stored(_ rows: [TableRow]) -> PostgresStatement {
    var values: [PostgresValue] = [.ints(Array(rows.indices))]
    let arrays = keyArrays(keys(of: rows), &values)
    return PostgresStatement(
      """
      select x.n, to_jsonb(t)::text as "row" from unnest($1::int8[], \(arrays)) x (n, \(keyNames("k")))
      join \(table.sql) t on \(keyMatch) order by x.n
      """, values)
  }

  // MARK: Parts

  private var lineage: [PostgresValue] {
    [
      .text(target.dataset.id), .text(target.item.id), .text(target.run), .text(target.key), .time(seenAt),
    ] + (table.softDelete ? [holder] : [])
  }

  /// Returns the arrays of a record's place, of the hash and of every column, and appends their values.
  func allArrays(_ rows: [TableRow], _ values: inout [PostgresValue]) -> String {
    values.append(.texts(rows.map(\.record)))
    values.append(.bytesList(rows.map { Data($0.hash) }))
    var arrays = ["$\(values.count - 1)::text[]", "$\(values.count)::bytea[]"]
    for (index, column) in columns.enumerated() {
      values.append(.array(rows.lazy.map { $0.values[index] }, column.type))
      arrays.append("$\(values.count)::\(column.type.arrayType)[]")
    }
    return arrays.joined(separator: ", ")
  }

  /// Returns the values of the rows' keys.
  func keys(of rows: [TableRow]) -> [[ColumnValue]] {
    let indices = keyIndices
    return rows.map { row in indices.map { row.values[$0] } }
  }

  func keyArrays(_ keys: [[ColumnValue]], _ values: inout [PostgresValue]) -> String {
    keyIndices.enumerated().map { place, index in
      values.append(.array(keys.lazy.map { $0[place] }, columns[index].type))
      return "$\(values.count)::\(columns[index].type.arrayType)[]"
    }.joined(separator: ", ")
  }

  private func listed(_ listed: ListedKeys, _ values: inout [PostgresValue]) -> String {
    guard case .keys(let keys) = listed else { return "exists (select from \(Self.keyTable) x where \(keyMatch))" }
    let arrays = keyArrays(keys, &values)
    let names = table.key.map { "t.\(SQL.quoted($0))" }.joined(separator: ", ")
    let casts = keyIndices.enumerated().map { "x.k\($0)\(columns[$1].type.cast)" }.joined(separator: ", ")
    return "(\(names)) in (select \(casts) from unnest(\(arrays)) x (\(keyNames("k"))))"
  }

  func keyNames(_ prefix: String) -> String {
    keyIndices.indices.map { "\(prefix)\($0)" }.joined(separator: ", ")
  }

  var keyMatch: String {
    keyIndices.enumerated().map { "t.\(SQL.quoted(columns[$1].name)) = x.k\($0)\(columns[$1].type.cast)" }
      .joined(separator: " and ")
  }

  var columnNames: String { columns.indices.map { "c\($0)" }.joined(separator: ", ") }
  private var selected: String { columns.indices.map(selected).joined(separator: ", ") }
  func selected(_ index: Int) -> String { "x.c\(index)\(columns[index].type.cast)" }
}

extension ColumnType {
  /// The type of the elements in which values travel.
  fileprivate var arrayType: String {
    switch self {
    case .integer: "int8"
    case .double: "float8"
    case .boolean: "bool"
    case .date: "date"
    case .timestamptz: "timestamptz"
    case .text, .numeric, .jsonb, .texts: "text"
    }
  }

  /// The conversion of an element to the column's type. A text that is too long must be an error: an explicit conversion
  /// would cut it.
  var cast: String {
    switch self {
    case .numeric, .jsonb, .texts: "::\(sql)"
    case .text, .integer, .double, .boolean, .date, .timestamptz: ""
    }
  }
}

extension PostgresValue {
  fileprivate static func array(_ values: some Collection<ColumnValue>, _ type: ColumnType) -> PostgresValue {
    switch type {
    case .integer: .ints(values.map { if case .integer(let number) = $0 { number } else { nil } })
    case .double: .doubles(values.map { if case .double(let number) = $0 { number } else { nil } })
    case .boolean: .bools(values.map { if case .flag(let flag) = $0 { flag } else { nil } })
    case .date: .dates(values.map { if case .date(let date) = $0 { date } else { nil } })
    case .timestamptz:
      .times(
        values.map { value in
          if case .time(let microseconds) = value {
            Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
          } else {
            nil
          }
        })
    case .text, .numeric, .jsonb, .texts:
      .texts(
        values.map { value in
          switch value {
          case .text(let text), .json(let text): text
          case .decimal(let number): number.text
          case .texts(let texts): SQL.array(texts)
          default: nil
          }
        })
    }
  }
}
