import FoundationEssentials
import Time

/// Columns of one type, for who reads them from thousands of rows: the general form looks its type up at each call.
extension PostgresRow {
  /// Returns a text, or JSON as text; nil for null.
  /// - Throws: `decoding`, as the general form.
  public func text(at columnIndex: Int) throws -> String? { try self[columnIndex] }

  /// Gives a text, or JSON as text, where it lies: for who copies it into something else. It is UTF-8 unless the database has
  /// no encoding (`SQL_ASCII`).
  /// - Parameter body: takes nil for null; what it is given ends with the call.
  /// - Throws: `decoding`, as the general form.
  public func withText(at columnIndex: Int, _ body: (UnsafeRawBufferPointer?) -> Void) throws {
    guard let field = result.field(row: row, columnIndex: columnIndex), let bytes = field.bytes else {
      // Null, or its error.
      let text = try text(at: columnIndex)
      assert(text == nil)
      return body(nil)
    }
    switch field.type {
    case PostgresType.text, PostgresType.varchar, PostgresType.json: body(bytes)
    // The first byte is the format's version.
    case PostgresType.jsonb where bytes.first == 1: body(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
    default:
      var text = try text(at: columnIndex) ?? ""
      text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
  }

  /// Returns a whole number; nil for null.
  /// - Throws: `decoding`, as the general form.
  public func integer(at columnIndex: Int) throws -> Int? { try self[columnIndex] }

  /// Returns the instant of a timestamptz in microseconds since 1970, as far as they fit; nil for null.
  /// - Throws: `decoding`, as the general form; also for the server's infinities.
  public func microseconds(at columnIndex: Int) throws -> Int? {
    guard let field = result.field(row: row, columnIndex: columnIndex), field.type == PostgresType.timestamptz,
      let since2000 = field.integer(Int64.self), since2000 != .max, since2000 != .min
    else {
      // Null, or its error.
      let date: Date? = try self[columnIndex]
      return date.map { Int(($0.timeIntervalSince1970 * 1e6).rounded()) }
    }
    let (sum, isTooLarge) = Int(since2000).addingReportingOverflow(postgresEpochInDays * 86_400_000_000)
    return isTooLarge ? .max : sum
  }
}
