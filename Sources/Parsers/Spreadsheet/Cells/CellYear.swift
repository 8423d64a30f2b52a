import Spreadsheet
import Text

/// The reading of a cell that may have a year.
enum CellYear: Equatable {
  case blank
  case year(Int)
  case unreadable(problem: String)

  /// The first year that a cell's date can stand for. The number 2024 with the format of a date is a day of 1905.
  private static let firstYearOfDates = 1910

  /// Reads a number without a fraction, or a text of four digits, behind which a footnote's mark may stand: `2021*`,
  /// `2021 (p)`. A sentence that begins with a year is none.
  init(_ cell: SpreadsheetCell?) {
    switch cell {
    case nil: self = .blank
    case .number(let number)?:
      self =
        number == number.rounded() && (1000...9999).contains(number)
        ? .year(Int(number)) : .unreadable(problem: "the number \(number) is no year")
    case .text(let text)? where text.isBlank: self = .blank
    case .text(let text)?:
      let bytes = SpanishMonth.plain(text)
      let digits = bytes.prefix(while: \.isASCIIDigit)
      let rest = bytes[digits.endIndex...]
      let isEnd = rest.first.map { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: " ") } ?? true
      let year = digits.prefix(5).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
      self =
        digits.count == 4 && isEnd && SpanishMonth.isMark(rest) && year >= 1000
        ? .year(year) : .unreadable(problem: "'\(text.shown)' is no year")
    case .date(let date)?:
      self =
        date.year >= Self.firstYearOfDates
        ? .year(date.year)
        : .unreadable(problem: "the date \(date.localTime) is no year: it may be a year with the format of a date")
    case .boolean?, .error?: self = .unreadable(problem: "the cell has no year")
    }
  }
}
