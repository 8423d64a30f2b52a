import APIRouting
import APISupport
import JSON
import Postgres
import Time

/// The conditions of a request, as SQL with values apart, and as the response names them.
struct ItemFilter {
  private(set) var conditions: [String] = []
  private(set) var values: [PostgresValue] = []
  private(set) var applied = JSONObject()

  init(_ call: RouteCall, _ table: ItemTable) {
    for name in ["source_type", "source_name", "category", "status"] {
      guard let text = call.text(name) else { continue }
      if !text.isEmpty { add(.text(text)) { "\(table.sql(name, or: "text")) = \($0)" } }
      applied[name] = .string(text)
    }
    if let text = call.text("search") {
      if !text.isEmpty {
        add(.text(LikePattern.containing(text))) {
          "(title ilike \($0) or \(table.sql("description", or: "text")) ilike \($0))"
        }
      }
      applied["search"] = .string(text)
    }
    for (name, sign) in [("min_amount", ">="), ("max_amount", "<=")] {
      guard let number = call.decimal(name) else { continue }
      let (value, type) = table.parameter(number.text, for: "amount")
      add(value) { "\(table.sql("amount", or: "numeric")) \(sign) \($0)::\(type)" }
      applied[name] = .number(number)
    }
    for (name, sign) in [("published_after", ">="), ("published_before", "<=")] {
      guard let time = call.time(name) else { continue }
      add(.time(time)) { "\(table.sql("published_at", or: "timestamptz")) \(sign) \($0)" }
      applied[name] = .string(RFC3339.utc(time))
    }
  }

  /// The parameters whose empty text filters nothing, as in system 003.
  static func emptyNames(_ call: RouteCall) -> Set<String> {
    Set(["source_name", "category", "search"].filter { call.text($0)?.isEmpty == true })
  }

  /// True if the index of the search has nothing of the text, so that the search reads the whole table: the index is of
  /// three letters or digits in a row.
  static func isUnindexed(search: String, _ index: ItemTable.SearchIndex) -> Bool {
    var (run, longest) = (0, 0)
    for scalar in search.unicodeScalars {
      run = index.has(scalar) ? run + 1 : 0
      longest = max(longest, run)
    }
    return !search.isEmpty && longest < 3
  }

  /// `where …`, or nothing.
  var sql: String { sql(and: []) }

  /// `where …` with further conditions.
  func sql(and further: [String]) -> String {
    let all = conditions + further
    return all.isEmpty ? "" : "where " + all.joined(separator: " and ")
  }

  private mutating func add(_ value: PostgresValue, _ condition: (_ parameter: String) -> String) {
    values.append(value)
    conditions.append(condition("$\(values.count)"))
  }
}
