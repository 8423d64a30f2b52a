import APIRouting
import APISupport
import JSON
import Postgres
import Time

/// `GET /data`: the items of all sources, in system 003's shape.
struct DataRoute {
  let database: APIDatabase
  private let tables: ItemTableCache
  private let counts: ItemCounts
  /// The searches that read the whole table at a time, and the counts of others: the other connections are for other
  /// requests. A rare word does not wait for those that no index has.
  private let wholeReads = Slots(2)
  private let longCounts = Slots(2)
  private let wait: Duration
  /// The seconds for which a response, and the number of items, may be reused.
  private static let maxAge = 10

  /// - Parameter wait: the time for which a search that reads much waits until others have read.
  init(_ database: APIDatabase, time: any TimeSource & Sendable, wait: Duration = .seconds(1)) {
    self.database = database
    self.wait = wait
    tables = ItemTableCache(time: time)
    counts = ItemCounts(lifetime: .seconds(Self.maxAge), time: time)
  }

  var route: Route {
    Route("GET", "/data", Self.parameters, maxAge: Self.maxAge, "The items of all sources, filtered, page by page") {
      try respond($0)
    }
    .documented(DataDocumentation.data)
  }

  static let parameters = [
    RouteParameter(
      "page", .integer(1...1_000_000_000), standard: "1", "The page's number; deep ones are slow, unlike cursors"),
    RouteParameter("page_size", .integer(1...1000), standard: "50", "The items of a page"),
    RouteParameter(
      "cursor", .text(longest: CursorText.longest),
      "The next_cursor of a response: the page after it, in its order and with the same filters; page and sort do not count"
    ),
    RouteParameter("source_type", .choice(["api", "csv", "rss", "feed"]), "The kind of the source"),
    RouteParameter("source_name", .text(longest: 100), "The source's name, exactly: case counts"),
    RouteParameter("category", .text(longest: 200), "The item's category, exactly: case counts"),
    RouteParameter("status", .choice(["active", "inactive", "deleted", "pending"]), "The item's status"),
    RouteParameter(
      "search", .text(longest: 200), "A text in the title or the description, in any case; an empty one filters nothing"
    ),
    RouteParameter("min_amount", .decimal(least: 0, most: nil), "The least amount"),
    RouteParameter("max_amount", .decimal(least: 0, most: nil), "The greatest amount"),
    RouteParameter("published_after", .time, "The earliest time of publication"),
    RouteParameter("published_before", .time, "The latest time of publication"),
    RouteParameter(
      "sort_by", .choice(ItemSort.Field.allCases.map(\.rawValue)), standard: "created_at",
      "The order; items without the value are last, in ascending order first"),
    RouteParameter("sort_order", .choice(["asc", "desc"]), standard: "desc", "The order's direction"),
  ]

  private func respond(_ call: RouteCall) throws -> APIResponse {
    var cursor: ItemCursor?
    if let text = call.text("cursor") {
      guard let read = ItemCursor(text, of: Self.question(call)) else { throw ItemCursor.missing }
      cursor = read
    }
    let deadline = database.deadline()
    let search = call.text("search") ?? ""
    // Without an index the whole table is read, for the number of items and for the page. With it only the number of
    // items can take long: of a word that a hundred thousand items have.
    guard ItemFilter.isUnindexed(search: search, tables.known?.searchIndex ?? .missing) else {
      return try page(call, cursor, by: deadline, counting: search.isEmpty ? nil : longCounts)
    }
    return try taking(wholeReads, by: deadline) { try page(call, cursor, by: deadline, counting: nil) }
  }

  /// Does work, with one of the slots for what may read much, if there are any.
  private func taking<Value>(_ slots: Slots?, by deadline: Deadline, _ work: () throws -> Value) throws -> Value {
    guard let slots else { return try work() }
    guard slots.take(within: min(wait, deadline.remaining)) else {
      throw APIProblem(
        503, "Other searches are reading; try again, or search for a rarer text of three letters or digits in a row",
        headers: ["retry-after": "5"])
    }
    defer { slots.give() }
    return try work()
  }

  /// Reads from the table. If it was dropped, has lost a column, or has one of another type, since it was looked up, it is
  /// looked up again.
  private func reading<Value>(
    by deadline: Deadline, _ work: (ItemTable, PostgresConnection, Deadline) throws -> Value
  ) throws -> Value {
    try database.read(within: deadline.remaining) { _, connection, deadline in
      do {
        return try work(try tables.table(connection, deadline), connection, deadline)
      } catch let error as PostgresError
        where error.kind == .decoding || ["42P01", "42703"].contains(error.sqlState)
      {
        tables.forget()
        return try work(try tables.table(connection, deadline), connection, deadline)
      }
    }
  }

  /// The text that all pages of a list have alike. It is exact: the response's filters show times in milliseconds.
  private static func question(_ call: RouteCall) -> String {
    let others: Set = ["cursor", "page", "page_size", "sort_by", "sort_order"]
    return call.question(without: others.union(ItemFilter.emptyNames(call)))
  }

  /// The items between the end that was counted and a page that is not read: for it the server would skip every item.
  /// Closer pages are read: items may have been added since.
  private static let beyond = 10_000

  /// - Parameter slots: those that counting the items takes one of; nil for none.
  private func page(
    _ call: RouteCall, _ cursor: ItemCursor?, by deadline: Deadline, counting slots: Slots?
  ) throws -> APIResponse {
    let question = Self.question(call)
    let total =
      try cursor?.total
      ?? counts.count(question, by: deadline) {
        try taking(slots, by: deadline) {
          try reading(by: deadline) { table, connection, deadline in
            guard table.exists else { return 0 }
            return try ItemPages.count(ItemFilter(call, table), connection, deadline)
          }
        }
      }
    return try reading(by: deadline) { table, connection, deadline in
      let filter = ItemFilter(call, table)
      var body = DataBody(
        size: call.integer("page_size") ?? 50, page: cursor?.page ?? call.integer("page") ?? 1, filters: filter.applied,
        question: question, total: total)
      guard table.exists else { return try body.response(([], false), sort: ItemSort(), isDense: true) }
      let sort = cursor?.sort ?? Self.sort(call)
      let pages = ItemPages(connection: connection, table: table, filter: filter, sort: sort, deadline: deadline)
      if let cursor {
        let found = try pages.rows(after: cursor, limit: body.size)
        return try body.response(found, sort: sort, isDense: cursor.isDense)
      }
      let isSparse = ItemPages.isSparse(total, isSearch: call.text("search")?.isEmpty == false)
      let isDense = filter.conditions.isEmpty || !isSparse
      let offset = (body.page - 1) * body.size
      guard offset < total + Self.beyond else { return try body.response(([], false), sort: sort, isDense: isDense) }
      let found = try pages.rows(offset: offset, limit: body.size, isDense: isDense)
      if !found.rows.isEmpty { body.total = max(total, offset + found.rows.count + (found.hasNext ? 1 : 0)) }
      return try body.response(found, sort: sort, isDense: isDense)
    }
  }

  private static func sort(_ call: RouteCall) -> ItemSort {
    ItemSort(
      field: call.text("sort_by").flatMap { ItemSort.Field(rawValue: $0) } ?? .createdAt,
      isAscending: call.text("sort_order") == "asc")
  }
}
