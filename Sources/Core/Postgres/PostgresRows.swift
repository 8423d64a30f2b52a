import CPostgres

/// What a statement gave back.
public struct PostgresRows: RandomAccessCollection {
  let result: ResultHandle

  public var startIndex: Int { 0 }
  public var endIndex: Int { result.rowCount }
  public subscript(row: Int) -> PostgresRow { PostgresRow(result: result, row: row) }

  /// How many rows an insert, update or delete wrote, or a select gave.
  public var affectedRows: Int { result.affectedRows }
}

/// One row. Columns are asked for by name or by place, and for a type: `let name: String? = try row["name"]`.
public struct PostgresRow {
  let result: ResultHandle
  let row: Int

  /// - Throws: `decoding`, which names the column and its type, never the value.
  public subscript<Value: PostgresDecodable>(column: String) -> Value {
    get throws {
      guard let place = result.place(of: column) else {
        throw PostgresError(.decoding, "there is no column \(column)")
      }
      return try self[place]
    }
  }

  /// - Throws: `decoding`, which names the column and its type, never the value.
  public subscript<Value: PostgresDecodable>(place: Int) -> Value {
    get throws {
      guard let field = result.field(row: row, place: place) else {
        throw PostgresError(.decoding, "there is no column \(place)")
      }
      guard let value = Value(field) else {
        let found = field.bytes == nil ? "null" : "a value of type \(field.type)"
        throw PostgresError(.decoding, "column \(result.name(of: place)) has \(found), which is no \(Value.self)")
      }
      return value
    }
  }
}
