import Spreadsheet
import Testing

@testable import SpreadsheetParser

@Suite("Texts in the place of numbers and dates")
struct CellTests {
  @Test(
    "A number as a text: white space out, a comma is the decimal point",
    arguments: [
      ("123 456,7890", 123_456.789), ("                     1234", 1234), ("1\u{A0}234\u{202F}567,5", 1_234_567.5),
      ("-0,5", -0.5), ("+7", 7), (",5", 0.5), ("5,", 5), ("1234.56", 1234.56), ("1.234", 1.234), ("1.234,5", 1234.5),
      ("-1.234.567,25", -1_234_567.25), ("1e3", 1000), ("007", 7),
    ])
  func number(text: String, expected: Double) {
    #expect(CellNumber(.text(text)) == .number(expected))
  }

  @Test(
    "Any other text is no number",
    arguments: [
      "s/d", "1,2,3", "1.234.567", "12.34,5", "1234.567,8", "nan", "inf", "0x1p3", "1_000", "5%", "$5", "-", ",", "1e",
      "1 e", "٣", "1e999", "..", "1-2",
    ])
  func noNumber(text: String) {
    guard case .unreadable = CellNumber(.text(text)) else {
      Issue.record("\(text) was read")
      return
    }
  }

  @Test("Empty texts and white space are blank, also where an empty text is stored", arguments: ["", " ", "\u{A0} \t"])
  func blank(text: String) {
    #expect(CellNumber(.text(text)) == .blank && CellDate(.text(text), readsSpanish: true) == .blank)
    #expect(CellYear(.text(text)) == .blank)
  }

  @Test("A number that is not finite is none")
  func infinite() {
    #expect(CellNumber(.number(.infinity)) == .unreadable(problem: "a number that is not finite"))
  }

  @Test(
    "Spanish months with a year",
    arguments: [
      ("Enero-09", "2009-01-01"), ("abril-09", "2009-04-01"), ("feb-22*", "2022-02-01"), ("*SEP/2021", "2021-09-01"),
      ("set-21", "2021-09-01"), ("setiembre 2021", "2021-09-01"), ("Septiembre de 2021", "2021-09-01"),
      ("dic. 99", "1999-12-01"), ("ago\u{A0}68", "2068-08-01"), (" mar_69 **", "1969-03-01"), ("may–10", "2010-05-01"),
    ])
  func spanish(text: String, expected: String) {
    #expect(SpanishMonth.date(text).map { "\($0)" } == expected)
  }

  @Test(
    "Other texts are no dates",
    arguments: [
      "Juliol-10", "ener-09", "en-09", "Enero", "Enero-", "Enero-9", "Enero-009", "Enero09", "09-Enero", "March-09",
      "31/12/2014 (*)", "Enero-2009 x", "enero dé 2009", "Enero-٠٩", "Enero-0000", "de 2009", "",
    ])
  func noDate(text: String) {
    #expect(SpanishMonth.date(text) == nil)
  }

  @Test(
    "A month may have a footnote's mark",
    arguments: [
      ("Octubre (*)", 10), ("Marzo (1)", 3), ("Marzo 1/", 3), ("Mayo p/", 5), ("mayo (p)", 5), ("DIC.", 12),
      ("set**", 9),
    ])
  func month(text: String, expected: Int) { #expect(SpanishMonth.month(text) == expected) }

  @Test(
    "Other texts are no months", arguments: ["Mayor", "Marzo 2010", "Enero-09", "Marzo 10", "Total", "Mayo según", ""])
  func noMonth(text: String) { #expect(SpanishMonth.month(text) == nil) }

  @Test("A year is a number, or four digits with a note behind them")
  func year() {
    for (cell, year) in [
      (SpreadsheetCell.number(2008), 2008), (.text(" 2021* "), 2021), (.text("2021 (p)"), 2021),
      (.text("2021*(1)"), 2021), (.day(39_692), 2008),
    ] {
      #expect(CellYear(cell) == .year(year))
    }
    for cell in [
      SpreadsheetCell.number(2008.5), .text("20211"), .text("2021-22"), .text("Año 2021"), .boolean(true),
      .text("2005 y 2006: cifras revisadas"), .text("2021 22"), .text("2021/22"), .day(2024), .day(0.5),
    ] {
      guard case .unreadable = CellYear(cell) else {
        Issue.record("\(cell) is a year")
        continue
      }
    }
  }
}
