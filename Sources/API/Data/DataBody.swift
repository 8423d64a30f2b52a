import APIRouting
import APISupport
import JSON
import Postgres

/// The body of `/data`.
struct DataBody {
  let size: Int
  let page: Int
  let filters: JSONObject
  /// The route and the filters, for the cursor.
  let question: String
  /// The number of items that the filters find.
  var total: Int

  /// The page ends early where it would be too large; the cursor goes on there.
  func response(_ found: ItemPages.Found, sort: ItemSort, isDense: Bool) throws -> APIResponse {
    let rows = found.rows
    var body: [UInt8] = []
    // A long page may be as large as it may: an array that grows is copied, and the part that is not used takes no memory.
    body.reserveCapacity(rows.count > 100 ? ResponseSize.most : 1024 * (rows.count + 1))
    body += "{\"items\":[".utf8
    var last: PostgresRow?
    var count = 0
    for row in rows {
      let end = body.count
      if count > 0 { body.append(UInt8(ascii: ",")) }
      try ItemRow.write(row, into: &body)
      if count > 0, body.count > ResponseSize.most {
        body.removeSubrange(end...)
        break
      }
      (count, last) = (count + 1, row)
    }
    let hasNext = found.hasNext || rows.count > count
    var next = JSONValue.null
    if hasNext, let last {
      var cursor = try ItemRow.cursor(last, sort: sort)
      (cursor.page, cursor.total, cursor.isDense) = (min(page + 1, ItemCursor.lastPage), total, isDense)
      next = .string(cursor.text(of: question))
    }
    let pagination: JSONValue = [
      "total_items": .number(JSONNumber(total)), "total_pages": .number(JSONNumber((total + size - 1) / size)),
      "current_page": .number(JSONNumber(page)), "page_size": .number(JSONNumber(size)),
      "has_next": .bool(hasNext), "has_previous": .bool(page > 1), "next_cursor": next,
    ]
    body += "],\"pagination\":".utf8
    pagination.write(into: &body)
    body += ",\"filters_applied\":".utf8
    filters.write(into: &body)
    body.append(UInt8(ascii: "}"))
    return APIResponse(body, type: "application/json")
  }
}
