import FoundationEssentials
import Time

/// The date formats of AWS.
enum AWSDate {
  /// Returns a date as `20150830T123600Z`.
  static func stamp(_ date: Date) -> String {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down))
    let secondOfDay = (seconds % 86_400 + 86_400) % 86_400
    let day = CalendarDate(daysSinceEpoch: (seconds - secondOfDay) / 86_400)
    let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return day.description.filter { $0 != "-" } + "T" + clock.joined() + "Z"
  }

  /// Parses RFC 3339 with or without fractions of a second, the format of a credential's expiration.
  static func parse(_ text: String) -> Date? {
    let style = Date.ISO8601FormatStyle()
    return (try? style.parse(text))
      ?? (try? style.year().month().day().time(includingFractionalSeconds: true).parse(text))
  }
}
