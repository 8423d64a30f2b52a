import APIRouting
import JSON
import Postgres

/// The answer of `/data`.
struct DataAnswer {
  let size: Int
  let page: Int
  let filters: JSONObject
  var total = 0

  /// - Parameter rows: the page's items, and one more if there is another page.
  func response(_ rows: [PostgresRow], sort: ItemSort, isDense: Bool) throws -> APIResponse {
    var body: [UInt8] = []
    body.reserveCapacity(1024 * (rows.count + 1))
    body += "{\"items\":[".utf8
    let items = rows.prefix(size)
    for (index, row) in items.enumerated() {
      if index > 0 { body.append(UInt8(ascii: ",")) }
      try ItemRow.write(row, into: &body)
    }
    var next = JSONValue.null
    if rows.count > size, let last = items.last {
      var cursor = try ItemRow.cursor(last, sort: sort)
      (cursor.page, cursor.total, cursor.isDense) = (page + 1, total, isDense)
      next = .string(cursor.text)
    }
    let pagination: JSONValue = [
      "total_items": .number(JSONNumber(total)), "total_pages": .number(JSONNumber((total + size - 1) / size)),
      "current_page": .number(JSONNumber(page)), "page_size": .number(JSONNumber(size)),
      "has_next": .bool(rows.count > size), "has_previous": .bool(page > 1), "next_cursor": next,
    ]
    body += "],\"pagination\":".utf8
    pagination.write(into: &body)
    body += ",\"filters_applied\":".utf8
    filters.write(into: &body)
    body.append(UInt8(ascii: "}"))
    return APIResponse(body, type: "application/json")
  }
}
