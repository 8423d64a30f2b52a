import Definitions
import Testing

@testable import SpreadsheetParser

@Suite("The section of a workbook's parser")
struct FormTests {
  private let head = "internal_series_code: X, unit: u, frequency: D, sheet: S"

  @Test("A series has the keys of one layout")
  func layouts() throws {
    for keys in [
      "header_row: 8, date_col: A, value_col: AD",
      "fecha_row: 6, fecha_start_col: B, valor_row: 10, valor_start_col: b",
      "first_row: 6, year_col: A, month_col: B, value_col: C",
    ] {
      #expect(parseProblems("parse: {plugin: spreadsheet, series_map: [{\(head), \(keys)}]}") == [])
    }
  }

  @Test(
    "What is missing, odd or impossible is named",
    arguments: [
      ("", "parse.series_map[0].internal_series_code: a series has one of three layouts"),
      ("date_col: A, year_col: B", "parse.series_map[0].year_col: a series has one of three layouts"),
      ("header_row: 8, date_col: A", "parse.series_map[0].value_col: it is missing: a series with date_col needs it"),
      (
        "header_row: 8, date_col: A, value_col: B, valor_row: 2",
        "parse.series_map[0].valor_row: a series with date_col has no such key"
      ),
      (
        "header_row: 0, date_col: A, value_col: B",
        "parse.series_map[0].header_row: it is '0': it must be an integer from 1 to 1048576"
      ),
      (
        "header_row: 1, date_col: XFE, value_col: B",
        "parse.series_map[0].date_col: it is 'XFE': it must be the letters of a column, A to XFD"
      ),
      ("header_row: 1, date_col: A, value_col: B, text_dates: en", "parse.series_map[0].text_dates: it is 'en'"),
      ("header_row: 1, date_col: A, value_col: B, col: C", "parse.series_map[0].col: it is not known"),
    ])
  func problems(keys: String, problem: String) {
    let series = keys.isEmpty ? head : "\(head), \(keys)"
    let found = parseProblems("parse: {plugin: spreadsheet, series_map: [{\(series)}]}")
    #expect(found.count == 1 && found[0].contains(problem), "\(found)")
  }

  @Test("Codes are parts of keys, and each is there once")
  func codes() {
    let series = "{\(head), header_row: 8, date_col: A, value_col: B}"
    let twice = parseProblems("parse: {plugin: spreadsheet, series_map: [\(series), \(series)]}")
    #expect(twice.count == 1 && twice[0].contains("'X' is the internal_series_code of two series"))
    let slash = parseProblems("parse: {plugin: spreadsheet, series_map: [\(series.replacing(": X", with: ": a/b"))]}")
    #expect(slash.count == 1 && slash[0].contains("internal_series_code: it is 'a/b'"))
    #expect(parseProblems("parse: {plugin: spreadsheet, series_map: []}").first?.contains("it is empty") == true)
  }

  @Test("Rows count from 1 in the file, and the parser's text_dates is every series'")
  func reading() throws {
    let section = try parseSection(
      "parse: {plugin: indec_ipc, text_dates: es, series_map: [{\(head), header_row: 8, date_col: A, value_col: AD}, "
        + "{\(head.replacing(": X", with: ": Y")), header_row: 8, date_col: A, value_col: B, text_dates: none}]}")
    let rules = section.sections("series_map").map { SeriesRule($0, textDates: section.text("text_dates")) }
    #expect(rules[0].layout == .columns(firstRow: 8, date: 0, value: 29))
    #expect(rules.map(\.readsSpanishDates) == [true, false] && rules.allSatisfy { !$0.dropsIncomplete })
  }
}
