import Foundation
import Testing

@testable import Time

@Suite("Time zones from the system's files")
struct TimeZoneRulesTests {
  let chicago: TimeZoneRules

  init() throws { chicago = try TimeZoneRules(identifier: "America/Chicago") }

  func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

  func instant(_ text: String) throws -> Date { try #require(RFC3339.parse(text)).date }

  @Test(
    "Chicago's offset is right in every era",
    arguments: [
      ("1880-01-01T00:00:00Z", -21036), ("1883-11-18T17:59:59Z", -21036), ("1883-11-18T18:00:00Z", -21600),
      ("1918-07-01T00:00:00Z", -18000), ("1943-01-01T00:00:00Z", -18000), ("1969-12-31T23:59:59Z", -21600),
      ("1974-02-01T00:00:00Z", -18000), ("2024-05-31T20:00:00Z", -18000), ("2024-12-31T20:00:00Z", -21600),
      ("2024-03-10T07:59:59Z", -21600), ("2024-03-10T08:00:00Z", -18000), ("2024-11-03T06:59:59Z", -18000),
      ("2024-11-03T07:00:00Z", -21600), ("2037-07-01T00:00:00Z", -18000), ("2038-07-01T00:00:00Z", -18000),
      ("2100-01-01T00:00:00Z", -21600), ("2100-07-01T00:00:00Z", -18000), ("9999-07-01T00:00:00Z", -18000),
    ])
  func offsets(text: String, offset: Int) throws {
    #expect(chicago.offset(at: try instant(text)) == offset)
  }

  @Test(
    "A time in the spring gap is moved on by the gap, in the table and past it",
    arguments: ["2024-03-10", "2040-03-11"])
  func gap(date: String) throws {
    let day = try day(date)
    #expect(chicago.date(day, hour: 1, minute: 59, second: 59) == (try instant("\(date)T01:59:59-06:00")))
    #expect(chicago.date(day, hour: 2, minute: 0) == (try instant("\(date)T03:00:00-05:00")))
    #expect(chicago.date(day, hour: 2, minute: 30) == (try instant("\(date)T03:30:00-05:00")))
    #expect(chicago.date(day, hour: 3, minute: 0) == (try instant("\(date)T03:00:00-05:00")))
  }

  @Test("A time in the autumn overlap is the earlier of the two", arguments: ["2024-11-03", "2040-11-04"])
  func overlap(date: String) throws {
    let day = try day(date)
    #expect(chicago.date(day, hour: 0, minute: 59) == (try instant("\(date)T00:59:00-05:00")))
    #expect(chicago.date(day, hour: 1, minute: 0) == (try instant("\(date)T01:00:00-05:00")))
    #expect(chicago.date(day, hour: 1, minute: 59) == (try instant("\(date)T01:59:00-05:00")))
    #expect(chicago.date(day, hour: 2, minute: 0) == (try instant("\(date)T02:00:00-06:00")))
  }
}
