/// The order of items. Ties are in the order of the key, so that no page repeats or skips an item.
struct ItemSort: Equatable {
  enum Field: String, CaseIterable {
    case createdAt = "created_at"
    case publishedAt = "published_at"
    case title, amount, rating
    case updatedAt = "updated_at"

    /// The column of the table.
    var column: String {
      switch self {
      case .createdAt: "_first_seen"
      case .updatedAt: "_last_seen"
      case .publishedAt, .title, .amount, .rating: rawValue
      }
    }

    /// The column's type.
    var type: String { isTime ? "timestamptz" : isNumber ? "numeric" : "text" }

    /// The column as SQL; null for one that the table lacks.
    func sql(in table: ItemTable) -> String { table.sql(column, or: type) }

    var isTime: Bool { self == .createdAt || self == .publishedAt || self == .updatedAt }
    var isNumber: Bool { self == .amount || self == .rating }
    /// True if an item may lack it.
    var isOptional: Bool { self == .publishedAt || isNumber }
  }

  var field = Field.createdAt
  var isAscending = false

  static let key = ["source_type", "source_name", "external_id"]

  /// Items without a value are last; in ascending order, which is the exact reverse, they are first. So one index serves both.
  func sql(in table: ItemTable) -> String {
    let direction = isAscending ? "asc" : "desc"
    let nulls = isAscending ? "nulls first" : "nulls last"
    let key = Self.key.map { "\($0) \(direction)" }
    return (["\(field.sql(in: table)) \(direction) \(nulls)"] + key).joined(separator: ", ")
  }
}
