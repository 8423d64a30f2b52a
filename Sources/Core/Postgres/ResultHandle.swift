import CPostgres

/// Owns a `PGresult`.
final class ResultHandle {
  private let pointer: OpaquePointer
  let rowCount: Int
  private let columnCount: Int
  private lazy var places = Dictionary(
    (0..<columnCount).map { (name(of: $0), $0) }, uniquingKeysWith: { first, _ in first })

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    rowCount = Int(PQntuples(pointer))
    columnCount = Int(PQnfields(pointer))
  }

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  /// What the server says it did: `INSERT 0 3`, `COMMIT`.
  var commandTag: String { String(cString: PQcmdStatus(pointer)) }

  var affectedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

  func place(of column: String) -> Int? { places[column] }

  func name(of place: Int) -> String { PQfname(pointer, Int32(place)).map { String(cString: $0) } ?? "\(place)" }

  func field(row: Int, place: Int) -> PostgresField? {
    guard (0..<rowCount).contains(row), (0..<columnCount).contains(place) else { return nil }
    let (row, place) = (Int32(row), Int32(place))
    let type = PQftype(pointer, place)
    guard PQgetisnull(pointer, row, place) == 0 else { return PostgresField(type: type, bytes: nil) }
    let start = UnsafeRawPointer(PQgetvalue(pointer, row, place))
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, place)))
    return PostgresField(type: type, bytes: bytes)
  }

  /// The server's refusal of a statement. DETAIL, HINT and CONTEXT are left out, since they quote values; so is what a
  /// data exception (class 22) puts in quotes: `invalid input syntax for type date: "…"`.
  var error: PostgresError {
    let state = PQresultErrorField(pointer, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
    let message = PQresultErrorField(pointer, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
    guard let state, let message else {
      return PostgresError(.connectionLost, "the connection ended before the answer did")
    }
    guard state.hasPrefix("22"), let quote = message.firstIndex(of: "\"") else {
      return PostgresError(.statement, sqlState: state, message)
    }
    return PostgresError(.statement, sqlState: state, message[..<quote] + "…")
  }
}
