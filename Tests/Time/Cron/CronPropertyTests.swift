import Foundation
import TestSupport
import Testing

@testable import Time

/// Compares with a matcher that looks at each minute of the clock, and that knows the numbers of each field from the start.
@Suite("Cron expressions against every minute")
struct CronPropertyTests {
  /// A field's text, and the numbers that it stands for.
  private struct Field {
    let text: String
    let values: Set<Int>
  }

  private static func field(_ range: ClosedRange<Int>, steps: Bool = true, _ random: inout SplitMix) -> Field {
    let low = Int.random(in: range, using: &random)
    let high = Int.random(in: low...range.upperBound, using: &random)
    let step = Int.random(in: 1...max(1, range.upperBound / 2), using: &random)
    switch Int.random(in: 0..<(steps ? 6 : 4), using: &random) {
    case 0: return Field(text: "*", values: Set(range))
    case 1: return Field(text: "\(low)", values: [low])
    case 2: return Field(text: "\(low)-\(high)", values: Set(low...high))
    case 3: return Field(text: "\(high),\(low)", values: [low, high])
    case 4: return Field(text: "\(low)/\(step)", values: Set(stride(from: low, through: range.upperBound, by: step)))
    default: return Field(text: "\(low)-\(high)/\(step)", values: Set(stride(from: low, through: high, by: step)))
    }
  }

  /// A rule for days: the two fields, and the days of a month by the weekday of its first day (0 for Sunday) and its length.
  private static func days(
    _ random: inout SplitMix
  ) -> (date: String, weekday: String, isDay: (Int, Int, Int) -> Bool) {
    let wanted = Int.random(in: 1...7, using: &random)
    let count = Int.random(in: 1...5, using: &random)
    let date = Int.random(in: 1...31, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return ("L", "?", { day, _, length in day == length })
    case 1:
      return (
        "\(date)W", "?",
        { day, first, length in
          guard date <= length else { return false }
          let working = (1...length).filter { ![0, 6].contains((first + $0 - 1) % 7) }
          return day == working.min { abs($0 - date) < abs($1 - date) }
        }
      )
    case 2: return ("?", "\(wanted)L", { ($1 + $0 - 1) % 7 + 1 == wanted && $0 + 7 > $2 })
    case 3:
      return (
        "?", "\(wanted)#\(count)",
        { day, first, _ in
          (1...day).count { (first + $0 - 1) % 7 + 1 == wanted } == count && (first + day - 1) % 7 + 1 == wanted
        }
      )
    case 4:
      let field = field(1...7, steps: false, &random)
      return ("?", field.text, { day, first, _ in field.values.contains((first + day - 1) % 7 + 1) })
    default:
      let field = field(1...31, &random)
      return (field.text, "?", { day, _, _ in field.values.contains(day) })
    }
  }

  @Test(
    "next and previous find the same instants as a look at every minute",
    arguments: [
      // Weeks with a gap, with an overlap, with neither, with a leap day, and with half an hour of daylight saving.
      ("America/Chicago", "2024-03-07T00:00:00Z"), ("America/Chicago", "2024-10-30T00:00:00Z"),
      ("UTC", "2023-12-28T00:00:00Z"), ("Asia/Kolkata", "2024-02-26T00:00:00Z"),
      ("Australia/Lord_Howe", "2024-04-04T00:00:00Z"), ("Pacific/Apia", "2011-12-27T00:00:00Z"),
    ])
  func everyMinute(zone: String, start: String) throws {
    let rules = try TimeZoneRules(identifier: zone)
    let begin = Int(try #require(RFC3339.parse(start)).date.timeIntervalSince1970)
    let minutes = Array(stride(from: begin, to: begin + 8 * 86_400, by: 60))
    let clock = minutes.map { $0 + rules.offset(at: Date(timeIntervalSince1970: Double($0))) }
    var random = SplitMix(seed: 16)
    for _ in 0..<Robustness.amount(600) {
      let minute = Self.field(0...59, &random)
      let hour = Self.field(0...23, &random)
      let month = Self.field(1...12, &random)
      let days = Self.days(&random)
      let text = "\(minute.text) \(hour.text) \(days.date) \(month.text) \(days.weekday) *"
      let matches = { (local: Int) -> Bool in
        let (second, day) = (
          local.quotientAndRemainder(dividingBy: 86_400).remainder, CalendarDate(daysSinceEpoch: local / 86_400)
        )
        guard minute.values.contains(second / 60 % 60), hour.values.contains(second / 3600),
          month.values.contains(day.month)
        else { return false }
        let first = ((day.weekday - (day.day - 1)) % 7 + 7) % 7
        return days.isDay(day.day, first, CalendarDate.length(ofMonth: day.month, year: day.year))
      }
      var expected: [Int] = []
      var latest = clock[0] - 60
      for (index, local) in clock.enumerated() where local > latest {
        if matches(local) { expected.append(minutes[index]) }
        latest = local
      }

      let cron = try CronExpression(text)
      let end = Double(minutes[minutes.count - 1])
      var found: [Int] = []
      var instant = Date(timeIntervalSince1970: Double(begin) - 1)
      while let next = cron.next(after: instant, in: rules), next.timeIntervalSince1970 <= end {
        found.append(Int(next.timeIntervalSince1970))
        instant = next
      }
      #expect(found == expected, "\(text) in \(zone)")
      var earlier: [Int] = []
      instant = Date(timeIntervalSince1970: end)
      while let previous = cron.previous(at: instant, in: rules), previous.timeIntervalSince1970 >= Double(begin) {
        earlier.append(Int(previous.timeIntervalSince1970))
        instant = previous.addingTimeInterval(-1)
      }
      #expect(earlier.reversed() == expected, "\(text) in \(zone), backwards")
    }
  }
}
