import Definitions
import Spreadsheet

/// The place of one series in a workbook: an element of `parse.series_map`. Rows and columns count from 0.
struct SeriesRule: Sendable, Equatable {
  /// The direction in which points follow each other, and where their parts stand.
  enum Layout: Sendable, Equatable {
    /// A point is a row, with its date in one column and its value in another.
    case columns(firstRow: Int, date: Int, value: Int)
    /// A point is a column, with its date in one row and its value in another. The two may begin in different columns.
    case rows(date: Int, firstDate: Int, value: Int, firstValue: Int)
    /// A point is a row without a date: the year stands in one column, and only where it changes, the month's Spanish
    /// name in another.
    case months(firstRow: Int, year: Int, month: Int, value: Int)
  }

  let code: String
  let unit: String
  let frequency: String
  let sheet: String
  /// True if a point that lacks its date or its value is left out; false if it is rejected.
  let dropsIncomplete: Bool
  /// True if a text such as `feb-22*` is a date.
  let readsSpanishDates: Bool
  let layout: Layout

  /// - Parameters:
  ///   - section: a section of `form`.
  ///   - textDates: the parser's own `text_dates`.
  init(_ section: Section, textDates: String?) {
    code = section.text("internal_series_code") ?? ""
    unit = section.text("unit") ?? ""
    frequency = section.text("frequency") ?? ""
    sheet = section.text("sheet") ?? ""
    dropsIncomplete = section.flag("drop_na") ?? false
    readsSpanishDates = (section.text("text_dates") ?? textDates) == "es"
    func column(_ key: String) -> Int { section.text(key).flatMap { Self.column($0) } ?? 0 }
    func row(_ key: String) -> Int { (section.integer(key) ?? 1) - 1 }
    if section["fecha_row"] != nil {
      layout = .rows(
        date: row("fecha_row"), firstDate: column("fecha_start_col"), value: row("valor_row"),
        firstValue: column("valor_start_col"))
    } else if section["year_col"] != nil {
      layout = .months(
        firstRow: row("first_row"), year: column("year_col"), month: column("month_col"), value: column("value_col"))
    } else {
      layout = .columns(
        firstRow: row("header_row") + (section.integer("skip_rows_after_header") ?? 1), date: column("date_col"),
        value: column("value_col"))
    }
  }

  /// The index of a column's letters, in either case; nil for a text that is no column.
  static func column(_ letters: String) -> Int? { SpreadsheetColumn.index(ofLetters: letters) }
}
