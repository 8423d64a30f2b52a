import Spreadsheet
import Testing

@testable import SpreadsheetParser

@Suite("Series with their dates in a column")
struct SeriesColumnsTests {
  private let keys = "header_row: 1, date_col: A, value_col: C"

  @Test("Points begin behind the header, and blank rows end nothing (F22)")
  func points() throws {
    let grid = FakeGrid([
      "A1": .day(39_691), "C1": .number(0), "A2": .day(39_692), "C2": .number(49_582.09), "A3": .text(""),
      "C3": .text(" \u{A0}"), "A5": .day(39_693), "C5": .number(7), "A6": .day(39_694.5), "C6": .text("1 234,5"),
    ])
    let result = try read("\(keys), drop_na: true", in: grid)
    #expect(
      result.points == [
        "2008-09-01T00:00:00=49582.09", "2008-09-02T00:00:00=7", "2008-09-03T12:00:00=1234.5",
      ])
    #expect(result.rejected.isEmpty && result.warnings.isEmpty)
  }

  @Test("skip_rows_after_header counts from the header, and is 1 without the key", arguments: [0, 1, 2, 3])
  func skip(_ count: Int) throws {
    var grid = FakeGrid([:])
    for row in 1...5 {
      grid.set("A\(row)", .day(Double(39_691 + row)))
      grid.set("C\(row)", .number(Double(row)))
    }
    let first = try read("\(keys), skip_rows_after_header: \(count)", in: grid).points.first
    #expect(first?.hasSuffix("=\(1 + count)") == true)
    #expect(try read(keys, in: grid).points.count == 4)
  }

  @Test("What is beside a date and no number is rejected by its cell, and so is a value beside no date")
  func rejections() throws {
    let grid = FakeGrid([
      "A2": .day(39_692), "C2": .text("s/d"), "A3": .day(39_693), "C3": .error("#DIV/0!"), "A4": .day(39_694),
      "C4": .boolean(true), "A5": .text("sep-21*"), "C5": .number(1), "A6": .day(39_695), "C6": .text("///"),
      "A7": .number(39_696), "C7": .number(2), "A8": .day(39_697), "C8": .day(39_698), "A9": .day(0.5),
      "C9": .number(3),
      "A10": .text("Fuente: BCRA"), "A11": .error("#N/A"), "C11": .number(4),
    ])
    let result = try read("\(keys), drop_na: true", in: grid)
    #expect(result.points.isEmpty)
    #expect(
      result.rejected == [
        "X: S!C2: 's/d' is no number, of 2008-09-01", "X: S!C3: the error #DIV/0! is no number, of 2008-09-02",
        "X: S!C4: TRUE is no number, of 2008-09-03", "X: S!C5: 'sep-21*' is no date in A5",
        "X: S!C6: '///' stands for no figure, of 2008-09-04", "X: S!C7: the number 39696.0 is no date in A7",
        "X: S!C8: the date 2008-09-07T00:00:00 is no number, of 2008-09-06",
        "X: S!C9: the time 12:00:00 is no date in A9", "X: S!C11: the error #N/A is no date in A11",
      ])
    #expect(result.warnings.count == 1 && result.warnings[0].contains("no point where the definition says"))
  }

  @Test("drop_na leaves out what is half there, and counts values without a date; else it is rejected")
  func halves() throws {
    let grid = FakeGrid([
      "A2": .day(39_692), "C3": .number(5), "A4": .text(" "), "C4": .number(6), "A5": .day(39_693), "C5": .number(7),
      "C6": .text("a footnote"), "A7": .text("2008-09-31"),
    ])
    let dropped = try read("\(keys), drop_na: True", in: grid)
    #expect(dropped.points == ["2008-09-02T00:00:00=7"] && dropped.rejected.isEmpty)
    #expect(
      dropped.warnings == ["X: 2 values stand beside no date, and were left out, as drop_na says. The first: S!C3"])
    let kept = try read(keys, in: grid)
    #expect(kept.points == dropped.points && kept.warnings.isEmpty)
    #expect(
      kept.rejected == [
        "X: S!C2: the date has no value", "X: S!C3: the value has no date", "X: S!C4: the value has no date",
        "X: S!C6: the value has no date", "X: S!C7: '2008-09-31' is no date in A7",
      ])
    #expect(kept.keys == ["2008-09-01T00:00:00, X", "X", "X", "X", "X"])
  }

  @Test("Spanish texts are dates only if the definition says so")
  func spanish() throws {
    let grid = FakeGrid([
      "A2": .text("Enero-09"), "C2": .number(1), "A3": .text("feb-22*"), "C3": .number(2), "A4": .text("Juliol-10"),
      "C4": .number(3),
    ])
    #expect(try read("\(keys), drop_na: true", in: grid).rejected.count == 3)
    let result = try read("\(keys), drop_na: true, text_dates: es", in: grid)
    #expect(result.points == ["2009-01-01T00:00:00=1", "2022-02-01T00:00:00=2"])
    #expect(result.rejected == ["X: S!C4: 'Juliol-10' is no date in A4"])
  }
}
