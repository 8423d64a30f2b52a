/// The value of a cell. A cell without a value is none at all; for a formula it is the result that the file stores.
public enum SpreadsheetCell: Equatable, Sendable {
  /// A text, which may be empty: some programs write thousands of empty texts.
  case text(String)
  case number(Double)
  /// A number that its format shows as a date or a time.
  case date(SpreadsheetDate)
  case boolean(Bool)
  /// The text of an error, such as `#N/A`.
  case error(String)
}
