import FoundationEssentials
import Text
import Time

/// Dates of HTTP in the three forms of RFC 9110, 5.6.7, which a recipient must accept: `Sun, 06 Nov 1994 08:49:37 GMT`,
/// the form of RFC 850, `Sunday, 06-Nov-94 08:49:37 GMT`, and that of C's asctime, `Sun Nov  6 08:49:37 1994`. The day of
/// the week is not compared with the date. Servers also write the zone as `UTC`, and a year of four digits in RFC 850's
/// form.
public enum HTTPDate {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Parses a date; returns nil for another form, another zone, or a day that does not exist.
  /// - Parameter now: decides the century of a year of two digits: the date is at most 50 years in the future.
  public static func parse(_ text: String, now: Date) -> Date? {
    var words = text.split { " ,".contains($0) }.map { $0.lowercased() }
    guard let first = words.first, weekdays.contains(where: first.hasPrefix) else { return nil }
    words.removeFirst()
    // 06-Nov-94
    if let date = words.first?.split(separator: "-", omittingEmptySubsequences: false).map(String.init), date.count == 3
    {
      words.replaceSubrange(0..<1, with: date)
    }
    guard words.count >= 4 else { return nil }
    let isAsctime = months.contains(words[0])
    guard isAsctime ? words.count == 4 : words.count == 5 && ["gmt", "utc"].contains(words[4]) else { return nil }
    let (day, month, year, clock) =
      isAsctime ? (words[1], words[0], words[3], words[2]) : (words[0], words[1], words[2], words[3])
    guard let date = self.date(day, month, year, now: now), let second = secondOfDay(clock) else { return nil }
    return Date(timeIntervalSince1970: Double(date.daysSinceEpoch * 86_400 + second))
  }

  /// Parses a date, with this machine's clock for a year of two digits.
  public static func parse(_ text: String) -> Date? { parse(text, now: Date()) }

  private static func date(_ day: String, _ month: String, _ year: String, now: Date) -> CalendarDate? {
    guard (1...2).contains(day.utf8.count), let day = Int(digits: day), let month = months.firstIndex(of: month),
      [2, 4].contains(year.utf8.count), var number = Int(digits: year)
    else { return nil }
    if year.utf8.count == 2 {
      let latest = CalendarDate(daysSinceEpoch: Int(now.timeIntervalSince1970 / 86_400)).year + 50
      number += latest / 100 * 100
      if number > latest { number -= 100 }
    }
    return CalendarDate(year: number, month: month + 1, day: day)
  }

  /// The second of the day of `08:49:37`. 60 is a leap second.
  private static func secondOfDay(_ clock: String) -> Int? {
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.utf8.count <= 2 ? Int(digits: $0) : nil }
    guard parts.count == 3, numbers.count == 3, numbers[0] < 24, numbers[1] < 60, numbers[2] <= 60 else { return nil }
    return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
  }
}
