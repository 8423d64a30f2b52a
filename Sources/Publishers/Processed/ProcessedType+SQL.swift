/// Statements that read a type's table. Postgres writes the lines, so that a digest of many records is one row.
extension ProcessedType {
  /// The partition of records without a date, and of a type whose records are not divided by dates.
  static let undated = ""

  /// The rows of a source, each with its partition, its key, its line and its text.
  /// - Parameters:
  ///   - hidesDeleted: true if the table marks rows as deleted.
  ///   - condition: limits the rows, if it is not empty. It stands here so that an index can find them.
  private func lines(hidesDeleted: Bool, where condition: String = "") -> String {
    """
    select \(partition) as partition, (t.\(key)) collate "C" as id, row_to_json(r)::text as line,
      \(row) as content
    from catalog.\(table) t cross join lateral (select \(columns.map(\.sql).joined(separator: ", "))) r
    where t.source = $1\(hidesDeleted ? " and t._deleted_at is null" : "")\(condition)
    """
  }

  /// Limits rows to the partitions in `$2`, by the column itself: the partition's name is computed of it for each row of the
  /// table, and no index has it. The names of dates are read as such; the undated ones, and what is no day, are the rest.
  private var inPartitions: String {
    guard let date else { return "" }
    return """
       and (t.\(date) = any (array_remove($2::text[], '')::date[])
        or ('' = any ($2) and (t.\(date) is null or t.\(date) in ('infinity', '-infinity'))))
      """
  }

  private var partition: String {
    guard let date else { return #"''::text collate "C""# }
    return #"coalesce(to_char(t.\#(date), 'YYYY-MM-DD'), '') collate "C""#
  }

  /// The columns of a row as text, from which its line is made. It is several times as cheap as the line, of which the lists
  /// and prices are most: 0.7 s in place of 2.8 s of CPU for 100,000 concerts.
  private var row: String { "row(\(columns.map { "t.\($0.name)" }.joined(separator: ", ")))::text" }

  /// The number of rows of each partition, and their digest, which is that of `ProcessedRows`. The parameter is the source.
  func digests(hidesDeleted: Bool) -> String {
    """
    select '\(name)' as type, partition, count(*) as rows,
      encode(sha256(convert_to('\(ProcessedRows.form)' || string_agg(content || chr(10), '' order by id), 'UTF8')), 'hex')
        as digest
    from (
      select \(partition) as partition, (t.\(key)) collate "C" as id, \(row) as content
      from catalog.\(table) t where t.source = $1\(hidesDeleted ? " and t._deleted_at is null" : "")
    ) x group by partition
    """
  }

  /// A page of the lines of some partitions, in the order of partition and key. The parameters are the source, the
  /// partitions, the last row's partition and key, and the number of rows.
  func page(hidesDeleted: Bool) -> String {
    """
    select partition, id, line, content from (\(lines(hidesDeleted: hidesDeleted, where: inPartitions))) x
    where partition = any ($2) and (partition, id) > ($3, $4) order by partition, id limit $5
    """
  }

  /// The number of rows that each item of a dataset was the last to write. The parameters are the dataset and the items.
  func counts(hidesDeleted: Bool) -> String {
    """
    select t._item as item, count(*) as rows from catalog.\(table) t
    where t._dataset = $1 and t._item = any ($2)\(hidesDeleted ? " and t._deleted_at is null" : "") group by t._item
    """
  }
}

extension ProcessedType.Column {
  /// The value as JSON has it. What is not of the column's kind is null: readers have declared the kind.
  fileprivate var sql: String {
    let column = "t.\(name)"
    let value =
      switch kind {
      case .text, .integer, .date: column
      case .time: "\(column)::text"
      case .number: "\(column)::float8"
      case .instant: #"to_char(\#(column) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"#
      case .texts:
        """
        case when jsonb_typeof(\(column)) = 'array' then (
          select coalesce(jsonb_agg(e.value order by e.place), '[]') from jsonb_array_elements(\(column))
          with ordinality e (value, place) where jsonb_typeof(e.value) = 'string') end
        """
      case .prices: Self.prices(column)
      }
    return "\(value) as \(name)"
  }

  /// Reads `{"standard": [{"min": 20, "max": 45, "currency": "USD"}]}`, and one range in place of a list. A map whose names
  /// are data would have another schema with each source, so the type of a price is a member of it.
  private static func prices(_ column: String) -> String {
    func number(_ name: String) -> String {
      "case when jsonb_typeof(r.value -> '\(name)') = 'number' then r.value -> '\(name)' end"
    }
    return """
      case when jsonb_typeof(\(column)) = 'object' then (
        select coalesce(json_agg(json_build_object('type', p.key, 'min', \(number("min")), 'max', \(number("max")),
          'currency', r.value ->> 'currency') order by p.key collate "C", r.place), '[]')
        from jsonb_each(\(column)) p cross join lateral jsonb_array_elements(
          case jsonb_typeof(p.value) when 'array' then p.value else jsonb_build_array(p.value) end)
          with ordinality r (value, place)
        where jsonb_typeof(r.value) = 'object') end
      """
  }
}
