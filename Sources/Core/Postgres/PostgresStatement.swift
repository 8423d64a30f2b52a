/// An SQL statement and the values of its parameters `$1`, `$2`, …
public struct PostgresStatement: Sendable {
  /// One statement, with `$1`, `$2`, … for its values.
  public let sql: String
  public let values: [PostgresValue]

  public init(_ sql: String, _ values: [PostgresValue] = []) {
    self.sql = sql
    self.values = values
  }
}
