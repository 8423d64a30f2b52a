import Foundation
import Testing
import Time

@Suite("Days of the calendar")
struct CalendarDateTests {
  func make(_ year: Int, _ month: Int, _ day: Int) throws -> CalendarDate {
    try #require(CalendarDate(year: year, month: month, day: day))
  }

  @Test(
    "Days since 1970 are counted correctly",
    arguments: [
      ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-02-29", 11016, 2), ("2000-03-01", 11017, 3),
      ("2024-05-31", 19874, 5), ("1900-03-01", -25508, 4), ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5),
    ])
  func days(text: String, days: Int, weekday: Int) throws {
    let date = try #require(CalendarDate(text))
    #expect(date.daysSinceEpoch == days)
    #expect(CalendarDate(daysSinceEpoch: days) == date)
    #expect(date.weekday == weekday)
    #expect(date.description == text)
  }

  @Test("Each day from 1800 to 2200 follows the previous one, and converts back")
  func roundTrip() throws {
    let first = try make(1800, 1, 1)
    var expected = (year: 1800, month: 1, day: 1)
    for days in first.daysSinceEpoch..<(try make(2200, 1, 1)).daysSinceEpoch {
      let date = CalendarDate(daysSinceEpoch: days)
      guard (date.year, date.month, date.day) == expected, date.daysSinceEpoch == days else {
        Issue.record("\(days) is \(date), not \(expected)")
        return
      }
      expected.day += 1
      if CalendarDate(year: expected.year, month: expected.month, day: expected.day) == nil {
        expected = expected.month == 12 ? (expected.year + 1, 1, 1) : (expected.year, expected.month + 1, 1)
      }
    }
    #expect(expected == (2200, 1, 1))
  }

  @Test("A century is a leap year only if it is divisible by 400")
  func leapYears() {
    #expect(CalendarDate(year: 2000, month: 2, day: 29) != nil)
    #expect(CalendarDate(year: 2024, month: 2, day: 29) != nil)
    #expect(CalendarDate(year: 1900, month: 2, day: 29) == nil)
    #expect(CalendarDate(year: 2023, month: 2, day: 29) == nil)
  }

  @Test(
    "Only YYYY-MM-DD of an existing day is parsed",
    arguments: [
      "", "2024-5-31", "2024-05-1", "2024-05-32", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01", "2024/05/31",
      "20240531", "+024-05-31", "2024-05-31T", " 2024-05-31", "2024-05-3\u{661}", "-001-01-01", "2024-02-30",
    ])
  func refused(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test("Days are added and subtracted across months, years and leap days")
  func adding() throws {
    #expect((try make(2024, 2, 28)).adding(days: 2) == (try make(2024, 3, 1)))
    #expect((try make(2023, 12, 31)).adding(days: 1) == (try make(2024, 1, 1)))
    #expect((try make(2024, 1, 1)).adding(days: -366) == (try make(2022, 12, 31)))
    #expect((try make(9999, 12, 31)).adding(days: 1) == (try make(9999, 12, 31)), "the calendar ends here")
    #expect((try make(1, 1, 1)).adding(days: -1) == (try make(1, 1, 1)))
  }

  @Test("Days sort by time")
  func order() throws {
    #expect((try make(2024, 1, 31)) < (try make(2024, 2, 1)))
    #expect((try make(2023, 12, 31)) < (try make(2024, 1, 1)))
  }

  @Test("In JSON a day is its text, and the error names an invalid one")
  func json() throws {
    let date = try make(2024, 5, 31)
    #expect(String(decoding: try JSONEncoder().encode([date]), as: UTF8.self) == "[\"2024-05-31\"]")
    #expect(try JSONDecoder().decode([CalendarDate].self, from: Data("[\"2024-05-31\"]".utf8)) == [date])
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([CalendarDate].self, from: Data("[\"31 May\"]".utf8))
    }
    #expect("\(String(describing: error))".contains("31 May"))
  }
}
