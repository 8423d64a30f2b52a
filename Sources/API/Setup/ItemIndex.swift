/// An index of the items for the read API.
struct ItemIndex {
  static let table = "unified_items"

  let name: String
  /// The method and the columns.
  let content: String
  var extensionName: String?

  var definition: String { "\(name) on \(Self.table) \(content)" }

  /// The next step where it cannot be built.
  var advice: String {
    extensionName.map {
      "let an administrator run `create extension \($0)`, then `festvibes migrate --api`; until then each search reads the "
        + "whole table"
    } ?? "let the table's owner run `festvibes migrate --api`"
  }

  private static let key = "source_type desc, source_name desc, external_id desc"

  /// The orders, each with the key, so that a page by cursor begins in the middle of the index; the filters; the search.
  /// The small indexes of kinds and states are for counting: one of them, and all items.
  static let all =
    [
      ("created_at", "_first_seen desc nulls last"), ("updated_at", "_last_seen desc nulls last"),
      ("published_at", "published_at desc nulls last"), ("title", "title desc nulls last"),
      ("amount", "amount desc nulls last"), ("rating", "rating desc nulls last"),
    ].map { ItemIndex(name: "\(table)_api_\($0)", content: "(\($1), \(key))") } + [
      ItemIndex(name: "\(table)_api_category", content: "(category, _first_seen desc nulls last, \(key))"),
      ItemIndex(name: "\(table)_api_source", content: "(source_name, _first_seen desc nulls last, \(key))"),
      ItemIndex(name: "\(table)_api_status", content: "(status, _first_seen desc nulls last, \(key))"),
      ItemIndex(name: "\(table)_api_kind", content: "(source_type)"),
      ItemIndex(name: "\(table)_api_state", content: "(status)"),
      ItemIndex(
        name: "\(table)_api_search", content: "using gin (title gin_trgm_ops, description gin_trgm_ops)",
        extensionName: "pg_trgm"),
    ]
}
