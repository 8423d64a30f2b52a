import APIRouting
import APISupport
import JSON
import Postgres

/// A list that is read page by page: `{"items": […], "next_cursor": "…" or null}`.
struct Page {
  /// The parameters that every list has.
  static let parameters = [
    RouteParameter("limit", .integer(1...500), standard: "50", "The most items of a response").documented(
      example: "20"),
    RouteParameter(
      "cursor", .text(longest: CursorText.longest),
      "The next_cursor of the response before, with the same other parameters: what comes after it"),
  ]

  /// The meaning of a status of every list, for the documentation.
  static let statuses = [404: "No response to these parameters has had this cursor"]

  let limit: Int
  /// The values of the client's cursor; nil for the first page. A long text is its mark.
  let position: [PostgresValue]?
  /// The places of the marks.
  private let marks: Set<Int>
  /// The route and the filters, for the cursor.
  private let question: String

  /// - Parameter kinds: the values by which the list is ordered.
  init(_ call: RouteCall, _ kinds: [PageCursor.Kind]) throws(APIProblem) {
    limit = call.integer("limit") ?? 50
    question = call.question(without: ["cursor", "limit"])
    guard let text = call.text("cursor") else {
      (position, marks) = (nil, [])
      return
    }
    guard let cursor = PageCursor.values(text, kinds, of: question) else { throw Self.missing }
    (position, marks) = (cursor.values, cursor.marks)
  }

  private static let missing = APIProblem(
    404, "There is no page with this cursor and these parameters; begin without a cursor")

  /// The values of the client's cursor, its long texts read from their row; nil for the first page.
  /// - Parameter columns: those of the values.
  /// - Throws: status 404 if the row is gone, or has another text: its place in the order is not known any more.
  func position(
    in table: String, _ columns: [String], _ database: APIDatabase
  ) throws -> [PostgresValue]? {
    guard var position, !marks.isEmpty else { return position }
    var query = ListQuery()
    for (place, column) in columns.enumerated() {
      let parameter = query.add(position[place])
      query.require(CursorText.condition(column, isMark: marks.contains(place), parameter))
    }
    let texts = marks.sorted()
    let list = texts.map { columns[$0] }.joined(separator: ", ")
    let sql = "select \(list) from \(table) \(query.filter) limit 1"
    try database.read { _, connection, deadline in
      guard let row = try connection.query(sql, query.values, deadline: deadline).first else { throw Self.missing }
      for (index, place) in texts.enumerated() { position[place] = .text(try row[index]) }
    }
    return position
  }

  /// Reads the page, and writes it while the connection is held: no more pages of rows are in memory than connections.
  /// The statement's first column is an item as JSON; the cursor's values follow.
  /// - Parameters:
  ///   - select: the statement without its `limit`.
  ///   - written: makes the text of the response of an item's JSON; it must not get longer.
  func response(
    _ select: String, _ query: ListQuery, _ database: APIDatabase, written: (String) -> String = { $0 },
    cursor: (PostgresRow) throws -> [JSONValue]
  ) throws -> APIResponse {
    var query = query
    let statement = Self.bounded(select, limit: query.add(.int(limit)))
    return try database.read { _, connection, deadline in
      let rows = try connection.query(statement, query.values, deadline: deadline)
      return try response(
        rows.count, of: Self.found(rows), item: { written(try rows[$0][0]) }, cursor: { try cursor(rows[$0]) })
    }
  }

  /// Makes a statement of the rows that fill a response, by the bytes of the first column, which it names `item`. The
  /// order is that of the given statement. A row that only says that there are more is not sent: it may be large.
  /// - Parameters:
  ///   - select: the statement without its `limit`.
  ///   - limit: the most rows, as SQL.
  static func bounded(_ select: String, limit: String) -> String {
    """
    select q.* from (
      select p.*, count(*) over () as found, row_number() over () as number,
        sum(coalesce(octet_length(p.item), 0) + 1) over (rows unbounded preceding) as bytes
      from (\(select) limit \(limit) + 1) p (item)) q
    where q.number <= \(limit) and (q.number = 1 or q.bytes < \(ResponseSize.most))
    """
  }

  /// The number of rows that a bounded statement has found: it is greater than that of its rows if there are more.
  static func found(_ rows: PostgresRows) throws -> Int { try rows.first.map { try $0["found"] } ?? 0 }

  /// The page of items that were not read from the database, one more than it has if there is another.
  /// - Parameter members: what the response says of all items.
  func response(_ items: [JSONValue], _ members: JSONObject, cursor: (Int) -> [JSONValue]) -> APIResponse {
    var response = members
    response["items"] = .array(Array(items.prefix(limit)))
    response["next_cursor"] = items.count > limit ? .string(PageCursor(cursor(limit - 1), of: question).text) : .null
    return APIResponse(json: .object(response))
  }

  /// The page ends early where it would be too large; the cursor goes on there.
  /// - Parameters:
  ///   - count: the number of items that were read.
  ///   - found: the number of items that there are, at least.
  private func response(
    _ count: Int, of found: Int, item: (Int) throws -> String, cursor: (Int) throws -> [JSONValue]
  ) rethrows -> APIResponse {
    var body: [UInt8] = []
    body += "{\"items\":[".utf8
    var written = 0
    while written < count {
      let text = try item(written)
      if written > 0 {
        guard body.count + text.utf8.count < ResponseSize.most else { break }
        body.append(UInt8(ascii: ","))
      }
      body += text.utf8
      written += 1
    }
    var next = JSONValue.null
    if found > written, written > 0 { next = .string(PageCursor(try cursor(written - 1), of: question).text) }
    body += "],\"next_cursor\":".utf8
    next.write(into: &body)
    body.append(UInt8(ascii: "}"))
    return APIResponse(body, type: "application/json")
  }

  /// Reads one item.
  /// - Parameter written: makes the text of the response of the item's JSON.
  /// - Throws: status 404 with the text if there is none.
  static func item(
    _ statement: PostgresStatement, _ database: APIDatabase, ifMissing text: String,
    written: (String) -> String = { $0 }
  ) throws -> APIResponse {
    try database.read { _, connection, deadline in
      let rows = try connection.query(statement.sql, statement.values, deadline: deadline)
      guard let row = rows.first else { throw APIProblem(404, text) }
      let item: String = try row[0]
      return APIResponse(Array(written(item).utf8), type: "application/json")
    }
  }
}
