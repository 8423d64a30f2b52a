import Foundation
import TestSupport
import Testing

@testable import Time

@Suite("Time zones from the system's files")
struct TimeZoneRulesTests {
  let chicago: TimeZoneRules

  init() throws { chicago = try TimeZoneRules(identifier: "America/Chicago") }

  func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

  func instant(_ text: String) throws -> Date { try #require(RFC3339.parse(text)).date }

  @Test(
    "Chicago's offset is correct in every era",
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
    "A time in the spring gap is moved forward by the gap, within the file's table and after it",
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

  @Test("From 1900 to 2100, each hour converts back to itself, except those that the clocks skip")
  func everyDay() throws {
    var skipped = 0
    let first = try day("1900-01-01").daysSinceEpoch
    for days in first..<(try day("2101-01-01")).daysSinceEpoch {
      let day = CalendarDate(daysSinceEpoch: days)
      // By default every tenth year.
      guard Robustness.isFull || day.year % 10 == 0 else { continue }
      var previous = -Double.infinity
      for hour in [0, 1, 2, 23] {
        let date = chicago.date(day, hour: hour, minute: 0)
        let seconds = date.timeIntervalSince1970
        let wall = Int(seconds) + chicago.offset(at: date) - days * 86_400
        if wall == (hour + 1) * 3600 {
          skipped += 1
        } else if wall != hour * 3600 {
          Issue.record("\(day) \(hour):00 converts back to \(wall) seconds")
        }
        if seconds < previous || chicago.localDate(at: date) != day {
          Issue.record("\(day) \(hour):00 is out of order")
        }
        previous = seconds
      }
    }
    // One hour a year since summer time was introduced.
    #expect(Robustness.isFull ? 151...201 ~= skipped : 14...20 ~= skipped, "\(skipped)")
  }

  @Test("The local day begins at local midnight, in summer and winter")
  func localDays() throws {
    #expect(chicago.localDate(at: try instant("2024-06-01T04:59:59Z")) == (try day("2024-05-31")))
    #expect(chicago.localDate(at: try instant("2024-06-01T05:00:00Z")) == (try day("2024-06-01")))
    #expect(chicago.localDate(at: try instant("2024-12-01T05:59:59Z")) == (try day("2024-11-30")))
    #expect(chicago.localDate(at: try instant("2024-12-01T06:00:00Z")) == (try day("2024-12-01")))
  }

  @Test("A time on a day that the zone skipped is moved forward by a day")
  func skippedDay() throws {
    let apia = try TimeZoneRules(identifier: "Pacific/Apia")
    #expect(apia.date(try day("2011-12-30"), hour: 12, minute: 0) == (try instant("2011-12-31T12:00:00+14:00")))
  }

  @Test("Hour 24 is the next day's midnight")
  func midnight() throws {
    let day = try day("2024-05-31")
    #expect(chicago.date(day, hour: 24, minute: 0) == chicago.date(day.adding(days: 1), hour: 0, minute: 0))
  }

  @Test(
    "A name that is invalid or leaves the directory is refused before any file is read",
    arguments: [
      "", "/", "/etc/passwd", "../../../etc/passwd", "America/../../../../etc/passwd", "America//Chicago", "America/",
      ".", "America/Chicago\0", "America\\Chicago", "Zürich", "zone.tab",
    ])
  func hostileNames(name: String) {
    let error = #expect(throws: TimeError.self) { try TimeZoneRules(identifier: name) }
    #expect(error?.kind == .invalidIdentifier)
  }

  @Test("The error names a zone that the system does not have", arguments: ["America/Atlantis", "America"])
  func unknownZone(name: String) {
    let error = #expect(throws: TimeError.self) { try TimeZoneRules(identifier: name) }
    #expect(error?.kind == .unknownZone)
    #expect(error?.description.contains("'\(name)'") == true)
  }
}
