import Spreadsheet
import Testing

@testable import SpreadsheetParser

@Suite("Series with their dates in a row, or without dates")
struct SeriesRowsTests {
  private let keys = "fecha_row: 1, fecha_start_col: B, valor_row: 3, valor_start_col: B, drop_na: true"

  @Test(
    "The first cell that is no date ends the row",
    arguments: [nil, SpreadsheetCell.text(""), .text(" "), .text("ene-17"), .number(42_767), .error("#N/A")])
  func end(_ last: SpreadsheetCell?) throws {
    var grid = FakeGrid([
      "B1": .day(42_736), "C1": .day(42_767), "E1": .day(42_826), "B3": .number(3.5), "C3": .number(8),
      "D3": .number(1),
      "E3": .number(2),
    ])
    if let last { grid.set("D1", last) }
    let result = try read(keys, in: grid)
    #expect(result.points == ["2017-01-01T00:00:00=3.5", "2017-02-01T00:00:00=8"])
    #expect(result.rejected.isEmpty)
    #expect(
      result.warnings == [
        "X: the dates of the sheet S end at D1, and 1 dates and 2 numbers right of it were not read. The first: S!E1"
      ])
  }

  @Test("Blanks, empty texts and footnotes behind the last date are no warning; a number without a date is one")
  func rest() throws {
    var grid = FakeGrid([
      "B1": .day(42_736), "C1": .text(""), "E1": .text("Fuente"), "B3": .number(3.5), "C3": .text(""),
      "D3": .text("///"),
    ])
    #expect(try read(keys, in: grid).warnings.isEmpty)
    grid.set("F3", .number(2))
    #expect(
      try read(keys, in: grid).warnings == [
        "X: the dates of the sheet S end at C1, and 0 dates and 1 numbers right of it were not read. The first: S!F3"
      ])
  }

  @Test("Values may begin in another column than dates; blanks are left out, and other content is rejected")
  func values() throws {
    let grid = FakeGrid([
      "B1": .day(42_736), "C1": .day(42_767), "D1": .day(42_795), "E1": .day(42_826), "D3": .number(1),
      "E3": .text("///"), "F3": .text(""), "G3": .number(4),
    ])
    let result = try read(
      "fecha_row: 1, fecha_start_col: B, valor_row: 3, valor_start_col: D, drop_na: true", in: grid)
    #expect(result.points == ["2017-01-01T00:00:00=1", "2017-04-01T00:00:00=4"])
    #expect(result.rejected == ["X: S!E3: '///' stands for no figure, of 2017-02-01"])
  }

  @Test("text_dates counts in a row, too")
  func spanish() throws {
    let grid = FakeGrid(["B1": .text("ene-17"), "C1": .text("Nota"), "B3": .number(1), "C3": .number(2)])
    #expect(try read("\(keys), text_dates: es", in: grid).points == ["2017-01-01T00:00:00=1"])
  }

  private let months = "first_row: 2, year_col: A, month_col: B, value_col: C, drop_na: true"

  @Test("A year counts until the next one, and rows without a month's name are skipped")
  func yearAndMonth() throws {
    let grid = FakeGrid([
      "A2": .number(2008), "B2": .text("Enero"), "C2": .number(1), "B3": .text("SETIEMBRE "), "C3": .number(2),
      "B4": .text("Diciembre*"), "C4": .text("3,5"), "A5": .text("Promedio"), "C5": .number(9), "A6": .text("2009 (p)"),
      "B6": .text("enero"), "C6": .number(4), "B7": .text("febrero"), "A8": .text("Fuente: INDEC"),
      "B9": .text("junio"),
      "C9": .number(5), "B10": .number(7), "C10": .number(8),
    ])
    let result = try read(months, in: grid)
    #expect(
      result.points == [
        "2008-01-01T00:00:00=1", "2008-09-01T00:00:00=2", "2008-12-01T00:00:00=3.5", "2009-01-01T00:00:00=4",
        "2009-06-01T00:00:00=5",
      ])
    #expect(result.rejected.isEmpty)
    #expect(
      result.warnings == ["X: 1 rows have a figure and no month's name, and were left out. The first: S!B10 has 7.0"])
  }

  @Test("Months with marks are read, footnotes between rows change no year, and what is skipped is named")
  func footnotes() throws {
    let grid = FakeGrid([
      "A2": .number(2008), "B2": .text("Octubre (*)"), "C2": .number(1), "A3": .text("2005 y 2006: cifras revisadas"),
      "B4": .text("Noviembre 1/"), "C4": .number(2), "B5": .text("Diciembre, provisorio"), "C5": .number(3),
      "B6": .text("Nota"), "B7": .text("Otro"), "C7": .number(4), "A8": .day(2024), "B8": .text("enero"),
      "C8": .number(5),
    ])
    let result = try read(months, in: grid)
    #expect(result.points == ["2008-10-01T00:00:00=1", "2008-11-01T00:00:00=2"])
    #expect(
      result.warnings == [
        "X: 2 rows have a figure and no month's name, and were left out. The first: S!B5 has Diciembre, provisorio"
      ])
    #expect(
      result.rejected.count == 1 && result.rejected[0].contains("it may be a year with the format of a date in A8"))
  }

  @Test("A month without a year is rejected: none is guessed")
  func noYear() throws {
    let grid = FakeGrid([
      "B2": .text("enero"), "C2": .number(1), "A3": .number(208), "B3": .text("enero"), "C3": .number(2),
      "B4": .text("febrero"), "C4": .number(3), "A5": .number(2009), "B5": .text("marzo"), "C5": .number(4),
    ])
    let result = try read(months, in: grid)
    #expect(result.points == ["2009-03-01T00:00:00=4"])
    #expect(
      result.rejected == [
        "X: S!C2: no year stands in this row or above it in A2", "X: S!C3: the number 208.0 is no year in A3",
        "X: S!C4: the number 208.0 is no year in A4",
      ])
  }
}
