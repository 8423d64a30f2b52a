import APISupport
import Postgres
import Time

/// Reads a page of items.
struct ItemPages {
  let connection: PostgresConnection
  let table: ItemTable
  let filter: ItemFilter
  let sort: ItemSort
  let deadline: Deadline

  /// Up to this many items it is faster to find all and to sort them than to walk along the order's index. The server
  /// estimates well how many items a value or a range has, and chooses itself; it cannot estimate how many have a text.
  static func isSparse(_ total: Int, isSearch: Bool) -> Bool { total <= (isSearch ? 10_000 : 500) }

  static func count(_ filter: ItemFilter, _ connection: PostgresConnection, _ deadline: Deadline) throws -> Int {
    let rows = try connection.query(
      "select count(*) from \(ItemTable.name) \(filter.sql)", filter.values, deadline: deadline)
    return try rows.first.map { try $0[0] } ?? 0
  }

  /// From this many skipped items on only keys are skipped, and the page's items are looked up by theirs: the server
  /// would read every skipped item. Without a filter, and with one whose column the order's index has, it reads the
  /// keys from the index alone; with another one it reads the items that it compares.
  private static let deepOffset = 500

  /// The rows of a page, and true if there are more.
  typealias Found = (rows: [PostgresRow], hasNext: Bool)

  /// The items from an offset on.
  func rows(offset: Int, limit: Int, isDense: Bool) throws -> Found {
    let values = filter.values + [.int(limit), .int(offset)]
    let (parameter, start) = ("$\(values.count - 1)", "offset $\(values.count)")
    let isDeep = isDense && offset >= Self.deepOffset
    let source =
      isDeep ? deepSource(filter.sql, parameter, start) : source(filter.sql, isDense: isDense, parameter, start)
    return try found(source, values, limit, parameter)
  }

  /// Reads one row more than wanted, which says that there are more. If that is too much at once, the server counts the
  /// rows in its place, which short pages would feel if it were always done.
  /// - Parameter source: the select after `from`, with the order and a limit of one row more than wanted.
  private func found(
    _ source: String, _ values: [PostgresValue], _ limit: Int, _ parameter: String
  ) throws -> Found {
    let columns = ItemRow.columns(of: table)
    do {
      let rows = try connection.query("select \(columns) from \(source)", values, deadline: deadline)
      return (Array(rows.prefix(limit)), rows.count > limit)
    } catch let error as PostgresError where error.kind == .tooLarge {
      let sql = """
        select \(columns), count(*) over () as found from (select * from \(source)) page
        order by \(sort.sql(in: table)) limit \(parameter)
        """
      let rows = try connection.query(sql, values, deadline: deadline)
      let count: Int = try rows.first.map { try $0["found"] } ?? 0
      return (Array(rows), count > rows.count)
    }
  }

  /// The items behind a place. Those without a value have a statement of their own: only a comparison of rows, which
  /// finds no nulls, begins in the middle of an index.
  func rows(after cursor: ItemCursor, limit: Int) throws -> Found {
    let place = try place(cursor)
    var found = try part(after: place, isDense: cursor.isDense, limit: limit)
    let isAtNull = place.value == nil
    guard !found.hasNext, sort.field.isOptional, isAtNull == sort.isAscending else { return found }
    let rest = filter.sql(and: ["\(sort.field.sql(in: table)) is \(isAtNull ? "not null" : "null")"])
    guard found.rows.count < limit else {
      let sql = "select exists (select from \(ItemTable.name) \(rest))"
      found.hasNext = try connection.query(sql, filter.values, deadline: deadline).first?[0] ?? false
      return found
    }
    let missing = limit - found.rows.count
    let values = filter.values + [.int(missing)]
    let parameter = "$\(values.count)"
    let further = try self.found(source(rest, isDense: cursor.isDense, parameter), values, missing, parameter)
    return (found.rows + further.rows, further.hasNext)
  }

  /// A place in the order: the values of its item.
  private struct Place {
    /// The value of the order's field and its type; nil for null.
    var value: (PostgresValue, type: String)?
    var key: [String]
  }

  private func place(_ cursor: ItemCursor) throws -> Place {
    guard !cursor.hasMark else { return try markedPlace(cursor) }
    let value = cursor.value.isNull ? nil : cursor.position(in: table)
    return Place(value: value, key: cursor.key.compactMap(\.string))
  }

  /// Reads the place of an item of which the cursor has marks.
  /// - Throws: status 404 if the item is gone, or has other texts: its place in the order is not known any more.
  private func markedPlace(_ cursor: ItemCursor) throws -> Place {
    let field = sort.field.sql(in: table)
    var values: [PostgresValue] = []
    var conditions: [String] = []
    for (column, place) in zip(ItemSort.key, cursor.key) {
      guard let (text, isMark) = CursorText.text(in: place) else { throw ItemCursor.missing }
      values.append(.text(text))
      conditions.append(CursorText.condition(column, isMark: isMark, "$\(values.count)"))
    }
    let known = cursor.position(in: table)
    if cursor.value.isNull {
      conditions.append("\(field) is null")
    } else if let (value, type) = known {
      values.append(value)
      conditions.append("\(field) = $\(values.count)::\(type)")
    } else if let (text, isMark) = CursorText.text(in: cursor.value) {
      values.append(.text(text))
      conditions.append(CursorText.condition("(\(field)::text)", isMark: isMark, "$\(values.count)"))
    }
    let sql = """
      select \(ItemSort.key.joined(separator: ", ")), \(field)::text from \(ItemTable.name)
      where \(conditions.joined(separator: " and ")) limit 1
      """
    guard let row = try connection.query(sql, values, deadline: deadline).first else { throw ItemCursor.missing }
    var place = Place(value: known, key: try ItemSort.key.indices.map { try row[$0] })
    if cursor.value.isNull { place.value = nil }
    if known == nil {
      let text: String = try row[ItemSort.key.count]
      place.value = sort.field.isNumber ? table.parameter(text, for: sort.field.column) : (.text(text), "text")
    }
    return place
  }

  private func part(after place: Place, isDense: Bool, limit: Int) throws -> Found {
    let first = filter.values.count + 1
    var values = filter.values + place.key.map { .text($0) }
    let key = "$\(first), $\(first + 1), $\(first + 2)"
    let sign = sort.isAscending ? ">" : "<"
    let columns = ItemSort.key.joined(separator: ", ")
    var conditions: [String]
    if let (value, type) = place.value {
      values.append(value)
      conditions = ["(\(sort.field.sql(in: table)), \(columns)) \(sign) ($\(values.count)::\(type), \(key))"]
    } else {
      conditions = ["\(sort.field.sql(in: table)) is null", "(\(columns)) \(sign) (\(key))"]
    }
    values.append(.int(limit))
    let parameter = "$\(values.count)"
    return try found(source(filter.sql(and: conditions), isDense: isDense, parameter), values, limit, parameter)
  }

  /// Returns a select after `from`, of the rows and one more.
  /// - Parameters:
  ///   - limit: the parameter of the most rows.
  ///   - start: the offset, if there is one.
  private func source(_ conditions: String, isDense: Bool, _ limit: String, _ start: String = "") -> String {
    // `offset 0` keeps the planner from walking along the order's index in search of a few rows.
    let rows =
      isDense ? "\(ItemTable.name) \(conditions)" : "(select * from \(ItemTable.name) \(conditions) offset 0) found"
    return "\(rows) order by \(sort.sql(in: table)) limit \(limit) + 1 \(start)"
  }

  private func deepSource(_ conditions: String, _ limit: String, _ start: String) -> String {
    let (key, order) = (ItemSort.key.joined(separator: ", "), sort.sql(in: table))
    return """
      (select \(key) from \(ItemTable.name) \(conditions) order by \(order) limit \(limit) + 1 \(start)) place
      join \(ItemTable.name) using (\(key)) order by \(order)
      """
  }
}
