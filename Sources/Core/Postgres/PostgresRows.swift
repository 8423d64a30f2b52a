import CPostgres

/// The result of a statement.
public struct PostgresRows: RandomAccessCollection {
  let result: ResultHandle

  public var startIndex: Int { 0 }
  public var endIndex: Int { result.rowCount }
  public subscript(row: Int) -> PostgresRow { PostgresRow(result: result, row: row) }

  /// The number of rows that an insert, update or delete wrote, or a select returned.
  public var affectedRows: Int { result.affectedRows }

  /// Returns the index of a column. To read it from many rows, looking its name up once is faster than in each row.
  /// - Throws: `decoding` if there is no such column.
  public func columnIndex(of column: String) throws -> Int {
    guard let index = result.columnIndex(of: column) else {
      throw PostgresError(.decoding, "there is no column \(column)")
    }
    return index
  }
}

/// A row. The caller selects a column by name or index, and its type: `let name: String? = try row["name"]`.
public struct PostgresRow {
  let result: ResultHandle
  let row: Int

  /// - Throws: `decoding`, which names the column and its type, never the value.
  public subscript<Value: PostgresDecodable>(column: String) -> Value {
    get throws {
      guard let columnIndex = result.columnIndex(of: column) else {
        throw PostgresError(.decoding, "there is no column \(column)")
      }
      return try self[columnIndex]
    }
  }

  /// - Throws: `decoding`, which names the column and its type, never the value.
  public subscript<Value: PostgresDecodable>(columnIndex: Int) -> Value {
    get throws {
      guard let field = result.field(row: row, columnIndex: columnIndex) else {
        throw PostgresError(.decoding, "there is no column \(columnIndex)")
      }
      guard let value = Value(field) else {
        let found = field.bytes == nil ? "null" : "a value of type \(field.type)"
        throw PostgresError(
          .decoding, "column \(result.name(of: columnIndex)) has \(found), which cannot be read as \(Value.self)")
      }
      return value
    }
  }
}
