import Spreadsheet
import Text

/// The reading of a cell that may have a year.
enum CellYear: Equatable {
  case blank
  case year(Int)
  case unreadable(problem: String)

  /// Reads a number without a fraction, or a text of four digits, behind which a footnote may stand: `2021*`, `2021 (p)`.
  init(_ cell: SpreadsheetCell?) {
    switch cell {
    case nil: self = .blank
    case .number(let number)?:
      self =
        number == number.rounded() && (1000...9999).contains(number)
        ? .year(Int(number)) : .unreadable(problem: "the number \(number) is no year")
    case .text(let text)? where text.isBlank: self = .blank
    case .text(let text)?:
      let bytes = text.unicodeScalars.drop(while: \.properties.isWhitespace)
      let digits = bytes.prefix(4).compactMap {
        $0.isASCII && UInt8($0.value).isASCIIDigit ? Int($0.value) - 0x30 : nil
      }
      let next = bytes.dropFirst(4).first
      let isEnd = next.map { $0 == "*" || $0 == "(" || $0.properties.isWhitespace } ?? true
      let year = digits.reduce(0) { $0 * 10 + $1 }
      self =
        digits.count == 4 && isEnd && year >= 1000
        ? .year(year) : .unreadable(problem: "'\(text.shown)' is no year")
    case .date(let date)?: self = .year(date.year)
    case .boolean?, .error?: self = .unreadable(problem: "the cell has no year")
    }
  }
}
