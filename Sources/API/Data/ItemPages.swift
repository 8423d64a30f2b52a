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

  /// The items from an offset on.
  func rows(offset: Int, limit: Int, isDense: Bool) throws -> [PostgresRow] {
    let values = filter.values + [.int(limit), .int(offset)]
    let end = "limit $\(values.count - 1) offset $\(values.count)"
    let isDeep = isDense && offset >= Self.deepOffset
    let sql = isDeep ? deepStatement(filter.sql, end: end) : statement(filter.sql, isDense: isDense, end: end)
    return Array(try connection.query(sql, values, deadline: deadline))
  }

  /// The items behind a place. Those without a value have a statement of their own: only a comparison of rows, which finds no
  /// nulls, begins in the middle of an index.
  func rows(after cursor: ItemCursor, limit: Int) throws -> [PostgresRow] {
    let cursor = try cursor.hasMark ? unmarked(cursor) : cursor
    guard let (position, type) = cursor.position(in: table) else { return [] }
    let isAtNull = cursor.value == .null
    var rows = Array(try part(after: cursor, position, type, limit: limit))
    let hasSecondPart = sort.field.isOptional && isAtNull == sort.isAscending
    if rows.count < limit, hasSecondPart {
      let condition = "\(sort.field.sql(in: table)) is \(isAtNull ? "not null" : "null")"
      let values = filter.values + [.int(limit - rows.count)]
      let sql = statement(filter.sql(and: [condition]), isDense: cursor.isDense, end: "limit $\(values.count)")
      rows += Array(try connection.query(sql, values, deadline: deadline))
    }
    return rows
  }

  /// Reads the long title that the cursor has only the mark of.
  /// - Throws: status 404 if the item is gone, or has another title: its place in the order is not known any more.
  private func unmarked(_ cursor: ItemCursor) throws -> ItemCursor {
    let sql = "select title from \(ItemTable.name) where (\(ItemSort.key.joined(separator: ", "))) = ($1, $2, $3)"
    let rows = try connection.query(sql, cursor.key.map { .text($0) }, deadline: deadline)
    let title: String? = try rows.first?[0]
    guard let title, ItemCursor.place(ofTitle: title) == cursor.value else { throw ItemCursor.missing }
    var cursor = cursor
    cursor.value = .string(title)
    return cursor
  }

  private func part(
    after cursor: ItemCursor, _ position: PostgresValue, _ type: String, limit: Int
  ) throws -> PostgresRows {
    let first = filter.values.count + 1
    var values = filter.values + cursor.key.map { .text($0) }
    let key = "$\(first), $\(first + 1), $\(first + 2)"
    let sign = sort.isAscending ? ">" : "<"
    let columns = ItemSort.key.joined(separator: ", ")
    var conditions: [String]
    if cursor.value == .null {
      conditions = ["\(sort.field.sql(in: table)) is null", "(\(columns)) \(sign) (\(key))"]
    } else {
      values.append(position)
      conditions = ["(\(sort.field.sql(in: table)), \(columns)) \(sign) ($\(values.count)::\(type), \(key))"]
    }
    values.append(.int(limit))
    let sql = statement(filter.sql(and: conditions), isDense: cursor.isDense, end: "limit $\(values.count)")
    return try connection.query(sql, values, deadline: deadline)
  }

  /// The columns are made outside: inside, the server would make those of each item that it sorts.
  private func statement(_ conditions: String, isDense: Bool, end: String) -> String {
    let order = sort.sql(in: table)
    // `offset 0` keeps the planner from walking along the order's index in search of a few rows.
    let source =
      isDense ? "\(ItemTable.name) \(conditions)" : "(select * from \(ItemTable.name) \(conditions) offset 0) found"
    return """
      select \(ItemRow.columns(of: table)) from (select * from \(source) order by \(order) \(end)) page order by \(order)
      """
  }

  private func deepStatement(_ conditions: String, end: String) -> String {
    let (key, order) = (ItemSort.key.joined(separator: ", "), sort.sql(in: table))
    return """
      select \(ItemRow.columns(of: table))
      from (select \(key) from \(ItemTable.name) \(conditions) order by \(order) \(end)) place
      join \(ItemTable.name) using (\(key)) order by \(order)
      """
  }
}
