import FoundationEssentials
import Time

/// Columns of one type, for callers that read them from thousands of rows: the general form looks its type up at each
/// call.
extension PostgresRow {
  /// Returns a text, or JSON or a numeric as text; nil for null.
  /// - Throws: `decoding`, as the general form.
  public func text(at columnIndex: Int) throws -> String? { try self[columnIndex] }

  /// Gives a text, or JSON as text, where it lies, or the text of a numeric: for a caller that copies it. It is UTF-8
  /// unless the database has no encoding (`SQL_ASCII`).
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
    case PostgresType.numeric:
      if let number = NumericText(bytes) { return number.withUTF8(body) }
      fallthrough
    default:
      var text = try text(at: columnIndex) ?? ""
      text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
  }

  /// Returns a whole number; nil for null.
  /// - Throws: `decoding`, as the general form.
  public func integer(at columnIndex: Int) throws -> Int? { try self[columnIndex] }

  /// Returns the instant of a timestamptz; nil for null.
  /// - Throws: `decoding`, as the general form.
  public func time(at columnIndex: Int) throws -> PostgresTime? {
    guard let field = result.field(row: row, columnIndex: columnIndex), field.type == PostgresType.timestamptz,
      let count = field.integer(Int64.self)
    else {
      // Null, or its error.
      let date: Date? = try self[columnIndex]
      assert(date == nil)
      return nil
    }
    return PostgresTime(microsecondsSince2000: count)
  }
}
