import APIRouting
import APISupport
import JSON
import Postgres
import Time

/// The conditions of a request, as SQL with values apart, and as the answer names them.
struct ItemFilter {
  private(set) var conditions: [String] = []
  private(set) var values: [PostgresValue] = []
  private(set) var applied = JSONObject()

  init(_ call: RouteCall, _ table: ItemTable) {
    for name in ["source_type", "source_name", "category", "status"] {
      guard let text = call.text(name) else { continue }
      add("\(table.sql(name, or: "text")) = $", .text(text))
      applied[name] = .string(text)
    }
    if let text = call.text("search") {
      add("(title ilike $ or \(table.sql("description", or: "text")) ilike $)", .text(LikePattern.containing(text)))
      applied["search"] = .string(text)
    }
    for (name, sign) in [("min_amount", ">="), ("max_amount", "<=")] {
      guard let number = call.decimal(name) else { continue }
      add("\(table.sql("amount", or: "numeric")) \(sign) $::numeric", .text(number.text))
      applied[name] = .number(number)
    }
    for (name, sign) in [("published_after", ">="), ("published_before", "<=")] {
      guard let time = call.time(name) else { continue }
      add("\(table.sql("published_at", or: "timestamptz")) \(sign) $", .time(time))
      applied[name] = .string(RFC3339.utc(time))
    }
  }

  /// `where …`, or nothing.
  var sql: String { sql(and: []) }

  /// `where …` with further conditions.
  func sql(and further: [String]) -> String {
    let all = conditions + further
    return all.isEmpty ? "" : "where " + all.joined(separator: " and ")
  }

  private mutating func add(_ condition: String, _ value: PostgresValue) {
    values.append(value)
    conditions.append(condition.replacing("$", with: "$\(values.count)"))
  }
}
