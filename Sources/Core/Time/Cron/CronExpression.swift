import FoundationEssentials

/// The times of a schedule, as EventBridge writes them: six fields for minutes, hours, day of the month, month, day of the
/// week and year. Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
///
/// A time that the clocks skip in spring is left out. Where they show a time twice in autumn, it is the first of the two. Both
/// are as EventBridge Scheduler does it.
public struct CronExpression: Equatable, Sendable {
  private static let names = "minutes hours day-of-month month day-of-week year"

  /// The six fields, with one space between them.
  public let text: String
  private let minutes: CronValues
  private let hours: CronValues
  private let days: CronDays
  private let months: CronValues
  private let years: CronValues

  /// - Parameter text: `0 2 * * ? *`, or `cron(0 2 * * ? *)`. Names may be written in small letters.
  public init(_ text: String) throws(CronError) {
    var fields = text[...]
    if fields.hasPrefix("cron("), fields.hasSuffix(")") { fields = fields.dropFirst(5).dropLast() }
    let parts = fields.uppercased().split { $0 == " " || $0 == "\t" }
    guard parts.count == 6 else {
      throw CronError(nil, text, "six fields, \(Self.names), such as 0 2 * * ? *; it has \(parts.count)")
    }
    minutes = try CronField.minutes.values(parts[0])
    hours = try CronField.hours.values(parts[1])
    days = try CronDays(date: parts[2], weekday: parts[4])
    months = try CronField.month.values(parts[3])
    years = try CronField.year.values(parts[5])
    self.text = parts.joined(separator: " ")
  }

  /// Returns the first time after an instant; nil if there is none before the year 2200.
  public func next(after instant: Date, in zone: TimeZoneRules) -> Date? {
    let local = instant.wholeSeconds + zone.offset(at: instant)
    return first(from: local, towards: 1, in: zone) { $0 > instant }
  }

  /// Returns the last time that is not after an instant; nil if there is none since 1970.
  public func previous(at instant: Date, in zone: TimeZoneRules) -> Date? {
    // Where the clocks were set back within a day, they have shown later times than now.
    let offset = max(zone.offset(at: instant), zone.offset(at: instant.addingTimeInterval(-86_400)))
    return first(from: instant.wholeSeconds + offset, towards: -1, in: zone) { $0 <= instant }
  }

  /// Returns the last time that is not after an instant, and the first time after it.
  public func period(at instant: Date, in zone: TimeZoneRules) -> (start: Date?, end: Date?) {
    (previous(at: instant, in: zone), next(after: instant, in: zone))
  }

  /// Goes over the matching local times in order, and over no others but the minutes of matching days. Instants are in the
  /// order of local times, gap and overlap included.
  /// - Parameters:
  ///   - local: the local time to begin with, in seconds as if in UTC.
  ///   - step: 1 for later times, -1 for earlier ones.
  private func first(
    from local: Int, towards step: Int, in zone: TimeZoneRules, where isWanted: (Date) -> Bool
  ) -> Date? {
    let start = CalendarDate(daysSinceEpoch: local.flooredQuotient(86_400))
    let minute = (local - local.flooredQuotient(86_400) * 86_400) / 60
    for year in Self.years(from: start.year, step) where years.contains(year) {
      let isFirst = year == start.year
      for month in Self.numbers(1...12, from: isFirst ? start.month : nil, step) where months.contains(month) {
        let isFirst = isFirst && month == start.month
        for date in Self.numbers(1...31, from: isFirst ? start.day : nil, step) {
          guard let day = CalendarDate(year: year, month: month, day: date), days.contains(day) else { continue }
          for time in Self.numbers(0...1439, from: day == start ? minute : nil, step)
          where hours.contains(time / 60) && minutes.contains(time % 60) {
            let instant = zone.date(day, hour: time / 60, minute: time % 60)
            let isSkipped = zone.offset(at: instant) + instant.wholeSeconds != day.daysSinceEpoch * 86_400 + time * 60
            if !isSkipped, isWanted(instant) { return instant }
          }
        }
      }
    }
    return nil
  }

  /// A start outside of the years begins with the first of them.
  private static func years(from start: Int, _ step: Int) -> StrideThrough<Int> {
    let years = CronField.year.range
    return step > 0
      ? stride(from: max(start, years.lowerBound), through: years.upperBound, by: 1)
      : stride(from: min(start, years.upperBound), through: years.lowerBound, by: -1)
  }

  private static func numbers(_ range: ClosedRange<Int>, from start: Int?, _ step: Int) -> StrideThrough<Int> {
    step > 0
      ? stride(from: start ?? range.lowerBound, through: range.upperBound, by: 1)
      : stride(from: start ?? range.upperBound, through: range.lowerBound, by: -1)
  }
}
