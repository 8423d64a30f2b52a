import APIRouting
import Postgres

/// Conditions of a statement and the values of their parameters. Texts of clients are values, never a part of the SQL.
struct ListQuery {
  private(set) var conditions: [String] = []
  private(set) var values: [PostgresValue] = []

  /// Adds a value.
  /// - Returns: its parameter: `$3`.
  mutating func add(_ value: PostgresValue) -> String {
    values.append(value)
    return "$\(values.count)"
  }

  mutating func require(_ condition: String) { conditions.append(condition) }

  /// The conditions as a `where`; empty without any.
  var filter: String { conditions.isEmpty ? "" : "where " + conditions.joined(separator: " and ") }
}
