import FoundationEssentials
import Time

/// A date and time without a zone, as spreadsheets store it: a number of days, which this type keeps as it is.
public struct SpreadsheetDate: Hashable, Sendable {
  /// The day that a workbook counts from.
  public enum System: Hashable, Sendable {
    /// Day 1 is 1900-01-01. Day 60 is 1900-02-29, which did not exist: it is read as 1900-02-28.
    case from1900
    /// Day 0 is 1904-01-01.
    case from1904

    /// The first serial of the year 10000.
    fileprivate var end: Double { self == .from1900 ? 2_958_466 : 2_957_004 }
  }

  private static let millisecondsPerDay = 86_400_000

  /// Days, with the time as a fraction of a day. Less than 1 is a time without a date.
  public let serial: Double
  public let system: System

  /// Nil if the number is negative, or beyond the year 9999: no program shows it as a date.
  public init?(serial: Double, system: System) {
    guard serial >= 0, serial < system.end else { return nil }
    self.serial = serial
    self.system = system
  }

  /// The day of the calendar. That of a time without a date is 1899-12-31, or 1904-01-01.
  public var date: CalendarDate { CalendarDate(daysSinceEpoch: parts.days) }
  public var year: Int { date.year }
  /// 1 to 12.
  public var month: Int { date.month }
  public var day: Int { date.day }
  public var hour: Int { parts.milliseconds / 3_600_000 }
  public var minute: Int { parts.milliseconds / 60_000 % 60 }
  public var second: Int { parts.milliseconds / 1000 % 60 }
  public var millisecond: Int { parts.milliseconds % 1000 }

  /// Days since 1970-01-01, and milliseconds of the day: rounded, because the fraction of a whole second is rarely exact.
  private var parts: (days: Int, milliseconds: Int) {
    let whole = serial.rounded(.down)
    let fraction = (serial - whole) * Double(Self.millisecondsPerDay)
    let milliseconds = Int(fraction.rounded(.toNearestOrEven))
    let first =
      switch system {
      case .from1900: serial < 60 ? -25_568 : -25_569
      case .from1904: -24_107
      }
    let isNextDay = milliseconds == Self.millisecondsPerDay
    return (first + Int(whole) + (isNextDay ? 1 : 0), isNextDay ? 0 : milliseconds)
  }
}

extension SpreadsheetDate: CustomStringConvertible {
  /// `2024-05-31T20:00:00.000`.
  public var description: String {
    let (days, milliseconds) = parts
    let local = Date(timeIntervalSince1970: Double(days * Self.millisecondsPerDay + milliseconds) / 1000)
    // As if it were in UTC.
    return String(RFC3339.utc(roundingToMilliseconds: local).dropLast())
  }
}
