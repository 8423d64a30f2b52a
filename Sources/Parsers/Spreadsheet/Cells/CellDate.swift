import Spreadsheet
import Time

/// The reading of a cell that should have a date.
enum CellDate: Equatable {
  case blank
  /// - Parameter text: the local time without an offset: `2024-02-24T00:00:00`.
  case date(text: String)
  /// - Parameter problem: the content, and what is wrong with it.
  case unreadable(problem: String)

  /// - Parameter readsSpanish: true if a text such as `feb-22*` is a date.
  init(_ cell: SpreadsheetCell?, readsSpanish: Bool) {
    switch cell {
    case nil: self = .blank
    // Less than a day is a time: the day that programs show with it is made up.
    case .date(let date)? where date.serial < 1: self = .unreadable(problem: "the time \(date.time) is no date")
    case .date(let date)?: self = .date(text: date.localTime)
    case .text(let text)? where text.isBlank: self = .blank
    case .text(let text)?:
      let date = readsSpanish ? SpanishMonth.date(text) : nil
      self = date.map { .date(text: "\($0)T00:00:00") } ?? .unreadable(problem: "'\(text.shown)' is no date")
    case .number(let number)?: self = .unreadable(problem: "the number \(number) is no date")
    case .boolean(let flag)?: self = .unreadable(problem: "\(flag ? "TRUE" : "FALSE") is no date")
    case .error(let text)?: self = .unreadable(problem: "the error \(text.shown) is no date")
    }
  }
}

extension SpreadsheetDate {
  /// `2024-02-24T00:00:00`, with the milliseconds if there are some.
  var localTime: String { millisecond == 0 ? String(description.dropLast(4)) : description }

  /// `20:15:00`, with the milliseconds if there are some.
  var time: String { String(localTime.dropFirst(11)) }
}
