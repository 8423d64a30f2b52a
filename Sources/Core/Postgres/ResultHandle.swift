import CPostgres

/// Owns a `PGresult`.
final class ResultHandle {
  private let pointer: OpaquePointer
  let rowCount: Int
  private let columnCount: Int
  private lazy var columnIndexes = Dictionary(
    (0..<columnCount).map { (name(of: $0), $0) }, uniquingKeysWith: { first, _ in first })

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    rowCount = Int(PQntuples(pointer))
    columnCount = Int(PQnfields(pointer))
  }

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  /// The server's description of what was done: `INSERT 0 3`, `COMMIT`.
  var commandTag: String { String(cString: PQcmdStatus(pointer)) }

  var affectedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

  func columnIndex(of column: String) -> Int? { columnIndexes[column] }

  func name(of columnIndex: Int) -> String {
    PQfname(pointer, Int32(columnIndex)).map { String(cString: $0) } ?? "\(columnIndex)"
  }

  /// Returns a value, which points into this result; nil when there is no such row or column.
  func field(row: Int, columnIndex: Int) -> PostgresField? {
    guard (0..<rowCount).contains(row), (0..<columnCount).contains(columnIndex) else { return nil }
    let (row, column) = (Int32(row), Int32(columnIndex))
    let type = PQftype(pointer, column)
    let count = Int(PQgetlength(pointer, row, column))
    guard count > 0 || PQgetisnull(pointer, row, column) == 0 else { return PostgresField(type: type, bytes: nil) }
    let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(PQgetvalue(pointer, row, column)), count: count)
    return PostgresField(type: type, bytes: bytes)
  }

  /// The server's error. DETAIL, HINT and CONTEXT are left out because they quote values; only the DETAIL of an object that
  /// is in the way of another (0A000, 2BP01) is kept, which names the two. The message of a data exception
  /// (class 22) is truncated at its first quote for the same reason: `invalid input syntax for type date: "…"`.
  var error: PostgresError {
    let state = PQresultErrorField(pointer, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
    let message = PQresultErrorField(pointer, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
    guard let state, let message else {
      return PostgresError(.connectionLost, "the connection ended before the response did")
    }
    if ["0A000", "2BP01"].contains(state),
      let detail = PQresultErrorField(pointer, Int32(UInt8(ascii: "D"))).map({ String(cString: $0) })
    {
      return PostgresError(.statement, sqlState: state, "\(message): \(detail)")
    }
    guard state.hasPrefix("22"), let quote = message.firstIndex(of: "\"") else {
      return PostgresError(.statement, sqlState: state, message)
    }
    return PostgresError(.statement, sqlState: state, message[..<quote] + "…")
  }
}
