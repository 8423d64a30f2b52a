import Foundation
import TestSupport
import Testing
import Time

@Suite("Times of cron expressions")
struct CronExpressionTests {
  /// Returns the times after an instant, in the zone.
  private func times(_ text: String, after start: String, in zone: String = "UTC", _ count: Int) throws -> [String] {
    let cron = try CronExpression(text)
    let rules = try TimeZoneRules(identifier: zone)
    var instant = try #require(RFC3339.parse(start)).date
    var times: [String] = []
    while times.count < count, let next = cron.next(after: instant, in: rules) {
      #expect(cron.previous(at: next, in: rules) == next)
      #expect(cron.previous(at: next.addingTimeInterval(-0.5), in: rules).map { $0 < next } ?? true)
      #expect(cron.period(at: next, in: rules).start == next)
      times.append(RFC3339.string(next, offset: rules.offset(at: next)).replacing(":00+00:00", with: "Z"))
      instant = next
    }
    return times
  }

  @Test(
    "Each field takes numbers, names, lists, ranges and steps",
    arguments: [
      ("0 2 * * ? *", ["2024-02-28T02:00Z", "2024-02-29T02:00Z", "2024-03-01T02:00Z"]),
      ("cron(0 2 * * ? *)", ["2024-02-28T02:00Z", "2024-02-29T02:00Z"]),
      ("* * * * ? *", ["2024-02-27T12:31Z", "2024-02-27T12:32Z"]),
      ("0/20 * * * ? *", ["2024-02-27T12:40Z", "2024-02-27T13:00Z", "2024-02-27T13:20Z"]),
      ("*/20 * * * ? *", ["2024-02-27T12:40Z", "2024-02-27T13:00Z"]),
      ("5/20 * * * ? *", ["2024-02-27T12:45Z", "2024-02-27T13:05Z", "2024-02-27T13:25Z"]),
      ("10-40/15 13 * * ? *", ["2024-02-27T13:10Z", "2024-02-27T13:25Z", "2024-02-27T13:40Z", "2024-02-28T13:10Z"]),
      (
        "0,50-51,05 1,23 * * ? *", ["2024-02-27T23:00Z", "2024-02-27T23:05Z", "2024-02-27T23:50Z", "2024-02-27T23:51Z"]
      ),
      ("0 0 1,15 * ? *", ["2024-03-01T00:00Z", "2024-03-15T00:00Z", "2024-04-01T00:00Z"]),
      ("0 0 30 * ? *", ["2024-03-30T00:00Z", "2024-04-30T00:00Z"]),
      ("0 0 10/10 * ? *", ["2024-03-10T00:00Z", "2024-03-20T00:00Z", "2024-03-30T00:00Z"]),
      ("0 0 1 JAN,jul ? *", ["2024-07-01T00:00Z", "2025-01-01T00:00Z"]),
      ("0 0 1 FEB-APR ? *", ["2024-03-01T00:00Z", "2024-04-01T00:00Z", "2025-02-01T00:00Z"]),
      ("0 0 1 3/4 ? *", ["2024-03-01T00:00Z", "2024-07-01T00:00Z", "2024-11-01T00:00Z", "2025-03-01T00:00Z"]),
      ("0 9 ? * MON-FRI *", ["2024-02-28T09:00Z", "2024-02-29T09:00Z", "2024-03-01T09:00Z", "2024-03-04T09:00Z"]),
      ("0 9 ? * 1,SAT *", ["2024-03-02T09:00Z", "2024-03-03T09:00Z", "2024-03-09T09:00Z"]),
      ("0 9 ? * * *", ["2024-02-28T09:00Z", "2024-02-29T09:00Z"]),
      ("0 0 1 1 ? 2026,2028-2029", ["2026-01-01T00:00Z", "2028-01-01T00:00Z", "2029-01-01T00:00Z"]),
      ("0 0 1 1 ? 2025/87", ["2025-01-01T00:00Z", "2112-01-01T00:00Z", "2199-01-01T00:00Z"]),
    ])
  func fields(text: String, expected: [String]) throws {
    #expect(try times(text, after: "2024-02-27T12:30:00Z", expected.count) == expected)
  }

  @Test(
    "L, W and # name days of a month",
    arguments: [
      ("0 0 L * ? *", ["2024-02-29", "2024-03-31", "2024-04-30"]),
      // 15 June 2024 is a Saturday, 15 September a Sunday.
      ("0 0 15W 6,9,10 ? *", ["2024-06-14", "2024-09-16", "2024-10-15"]),
      // 1 June 2024 is a Saturday, 1 September a Sunday: the day stays in its month.
      ("0 0 1W 6,9 ? *", ["2024-06-03", "2024-09-02"]),
      // 31 March 2024 is a Sunday, 31 August a Saturday, and April has no 31st.
      ("0 0 31W 3-8 ? *", ["2024-03-29", "2024-05-31", "2024-07-31", "2024-08-30"]),
      ("0 0 ? * L *", ["2024-03-02", "2024-03-09"]),
      ("0 0 ? * 6L *", ["2024-03-29", "2024-04-26"]), ("0 0 ? * thul *", ["2024-02-29", "2024-03-28"]),
      ("0 0 ? * 6#3 *", ["2024-03-15", "2024-04-19"]), ("0 0 ? * SUN#1 *", ["2024-03-03", "2024-04-07"]),
      ("0 0 ? * FRI#5 *", ["2024-03-29", "2024-05-31"]),
      ("0 0 29 2 ? *", ["2024-02-29", "2028-02-29"]), ("0 0 29 FEB ? 2096-2105", ["2096-02-29", "2104-02-29"]),
    ])
  func days(text: String, expected: [String]) throws {
    #expect(try times(text, after: "2024-02-27T12:30:00Z", expected.count) == expected.map { "\($0)T00:00Z" })
  }

  @Test("A time that the clocks skip is left out")
  func gap() throws {
    let start = "2024-03-09T12:00:00-06:00"
    #expect(
      try times("30 2 * * ? *", after: start, in: "America/Chicago", 2)
        == ["2024-03-11T02:30:00-05:00", "2024-03-12T02:30:00-05:00"])
    #expect(
      try times("0/30 1-3 10 3 ? 2024", after: start, in: "America/Chicago", 9)
        == ["01:00:00-06:00", "01:30:00-06:00", "03:00:00-05:00", "03:30:00-05:00"].map { "2024-03-10T\($0)" })
    // Samoa left out a whole day.
    #expect(try times("0 12 30 12 ? 2011", after: "2011-01-01T00:00:00Z", in: "Pacific/Apia", 2) == [])
  }

  @Test("A time that the clocks show twice is the first of the two")
  func overlap() throws {
    let start = "2024-11-02T12:00:00-05:00"
    #expect(
      try times("30 1 * * ? *", after: start, in: "America/Chicago", 2)
        == ["2024-11-03T01:30:00-05:00", "2024-11-04T01:30:00-06:00"])
    #expect(
      try times("0/30 1,2 3 11 ? 2024", after: start, in: "America/Chicago", 9)
        == ["01:00:00-05:00", "01:30:00-05:00", "02:00:00-06:00", "02:30:00-06:00"].map { "2024-11-03T\($0)" })
    let chicago = try TimeZoneRules(identifier: "America/Chicago")
    let second = try #require(RFC3339.parse("2024-11-03T01:10:00-06:00")).date
    #expect(
      try CronExpression("50 1 * * ? *").previous(at: second, in: chicago)
        == RFC3339.parse("2024-11-03T01:50:00-05:00")?.date)
  }

  @Test(
    "Nothing is after the last time or before the first one, and neither takes long to say",
    arguments: ["0 0 31 4 ? *", "0 0 1 1 ? 2023", "0 0 30W 2 ? *", "59 23 31 12 ? 1970"])
  func none(text: String) throws {
    let cron = try CronExpression(text)
    let zone = try TimeZoneRules(identifier: "America/Chicago")
    let start = try #require(RFC3339.parse("2024-01-01T06:00:00Z")).date
    let took = ProcessorTime.of {
      #expect(cron.next(after: start, in: zone) == nil)
      #expect(cron.previous(at: Date(timeIntervalSince1970: 0), in: zone) == nil)
      #expect(cron.next(after: .distantFuture, in: zone) == nil)
    }
    #expect(took < .seconds(5))
  }

  @Test("The last and the first times of all are found")
  func limits() throws {
    let zone = try TimeZoneRules(identifier: "UTC")
    let cron = try CronExpression("* * * * ? *")
    #expect(
      cron.previous(at: .distantFuture, in: zone) == RFC3339.parse("2199-12-31T23:59:00Z")?.date)
    #expect(cron.next(after: .distantPast, in: zone) == Date(timeIntervalSince1970: 0))
  }

  @Test(
    "An error names the field, its value and what is allowed",
    arguments: [
      (
        "",
        "it is '': it must be six fields, minutes hours day-of-month month day-of-week year, such as 0 2 * * ? *; it has 0"
      ),
      ("0 2 * * ?", "it is '0 2 * * ?': it must be six fields"),
      ("rate(5 minutes)", "it is 'rate(5 minutes)': it must"),
      (
        "60 2 * * ? *",
        "minutes is '60': it must be *, a number from 0 to 59, a range 0-2, a step 0/2, a list of these 0,2"
      ),
      ("0 24 * * ? *", "hours is '24': it must be *, a number from 0 to 23,"), ("0 -1 * * ? *", "hours is '-1'"),
      ("0 5-2 * * ? *", "hours is '5-2'"), ("0 2/0 * * ? *", "hours is '2/0'"), ("0 2/24 * * ? *", "hours is '2/24'"),
      ("0 /2 * * ? *", "hours is '/2'"), ("0 2, * * ? *", "hours is '2,'"), ("0 ? * * ? *", "hours is '?'"),
      (
        "0 2 32 * ? *",
        "day-of-month is '32': it must be *, a number from 1 to 31, a range 1-3, a step 1/2, a list of these 1,3, or L"
      ),
      ("0 2 0 * ? *", "day-of-month is '0'"), ("0 2 W * ? *", "day-of-month is 'W'"),
      ("0 2 LW * ? *", "day-of-month is 'LW'"),
      ("0 2 32W * ? *", "day-of-month is '32W'"), ("0 2 1,15W * ? *", "day-of-month is '1,15W'"),
      ("0 2 L,1 * ? *", "day-of-month is 'L,1'"), ("0 2 MON * ? *", "day-of-month is 'MON'"),
      ("0 2 * 13 ? *", "month is '13': it must be *, a number from 1 to 12 or JAN to DEC,"),
      ("0 2 * JANUARY ? *", "month is 'JANUARY'"),
      (
        "0 2 ? * 8 *",
        "day-of-week is '8': it must be *, a number from 1 to 7 or SUN to SAT, a range 1-3, a list of these 1,3, or L"
      ),
      ("0 2 ? * 0 *", "day-of-week is '0'"), ("0 2 ? * 2/2 *", "day-of-week is '2/2'"),
      ("0 2 ? * 6#6 *", "day-of-week is '6#6'"),
      ("0 2 ? * 3#1,6#3 *", "day-of-week is '3#1,6#3'"), ("0 2 ? * #1 *", "day-of-week is '#1'"),
      ("0 2 ? * 8L *", "day-of-week is '8L'"),
      ("0 2 * * ? 1969", "year is '1969': it must be *, a number from 1970 to 2199,"),
      ("0 2 * * ? 2200", "year is '2200'"),
      (
        "0 2 * * * *",
        "day-of-month and day-of-week are '*' and '*': there must be ? in one of them, and a value in the other"
      ),
      ("0 2 1 * MON *", "day-of-month and day-of-week are '1' and 'MON': there must be ? in one of them"),
      (
        "0 2 ? * ? *",
        "day-of-month and day-of-week are '?' and '?': there must be a value in one of them, and ? in the other"
      ),
      (
        "\(String(repeating: "9", count: 100_000)) 2 * * ? *",
        "minutes is '\(String(repeating: "9", count: 60))…': it must be"
      ),
    ])
  func errors(text: String, message: String) {
    #expect {
      _ = try CronExpression(text)
    } throws: {
      "\($0)".hasPrefix(message)
    }
  }

  @Test("The spelling of an expression does not matter")
  func spelling() throws {
    #expect(try CronExpression("cron( 0  2 * jan ?\t* )") == CronExpression("0 2 * JAN ? *"))
    #expect(try CronExpression("cron(0 2 * * ? *)").text == "0 2 * * ? *")
  }
}
