import APIHTML
import FoundationEssentials
import Time

/// Times, ages and numbers as the page writes them.
enum PageText {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

  /// `28 Nov 09:05`, in UTC.
  static func time(_ time: Date) -> String {
    let clock = RFC3339.utc(time).dropFirst(11).prefix(5)
    return "\(day(date(of: time))) \(clock)"
  }

  /// The time for the attribute `datetime`.
  static func machineTime(_ time: Date) -> String { RFC3339.utc(time) }

  /// `28 Nov`.
  static func day(_ date: CalendarDate) -> String { "\(date.day) \(months[date.month - 1])" }

  /// `Sat 28 Nov`.
  static func longDay(_ date: CalendarDate) -> String { "\(weekdays[date.weekday]) \(day(date))" }

  /// The day of a time in UTC.
  static func date(of time: Date) -> CalendarDate {
    CalendarDate(daysSinceEpoch: Int((time.timeIntervalSince1970 / 86_400).rounded(.down)))
  }

  /// The distance of a time in one unit: `12 min ago`, `in 5 h`, `now`.
  static func distance(_ time: Date, from now: Date) -> String {
    let seconds = time.timeIntervalSince(now)
    let span = span(abs(seconds))
    return abs(seconds) < 1 ? "now" : seconds < 0 ? "\(span) ago" : "in \(span)"
  }

  /// A time in one unit: `40 s`, `12 min`, `5 h`, `3 d`.
  static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<60: "\(Int(seconds)) s"
    case ..<3600: "\(Int(seconds / 60)) min"
    case ..<172_800: "\(Int(seconds / 3600)) h"
    default: "\(Int(seconds / 86_400)) d"
    }
  }

  /// A number with a thin space between thousands: `12 345`.
  static func number(_ number: Int) -> String {
    let digits = Array(String(abs(number)))
    var grouped = number < 0 ? "−" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { grouped += "\u{202F}" }
      grouped.append(digit)
    }
    return grouped
  }

  /// The text, cut to what a person reads at once. By scalars: one character may have any number of them.
  static func brief(_ text: String, to length: Int = 400) -> String {
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: length, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    return String(scalars.prefix(length - 1)) + "…"
  }

  /// `1 run`, `2 runs`.
  static func count(_ count: Int, _ noun: String) -> String { "\(number(count)) \(noun)\(count == 1 ? "" : "s")" }
}

extension HTMLWriter {
  /// Adds a time with its distance from now: `28 Nov 09:05 (12 min ago)`.
  mutating func time(_ time: Date?, from now: Date, orElse missing: String = "never", isBrief: Bool = false) {
    guard let time else { return text(missing) }
    let distance = PageText.distance(time, from: now)
    element(
      "time", ["datetime": PageText.machineTime(time), "title": "\(PageText.time(time)) UTC"],
      isBrief ? distance : "\(PageText.time(time)) (\(distance.replacing(" ", with: "\u{A0}")))")
  }
}
