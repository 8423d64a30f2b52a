import FoundationEssentials
import Text

/// A day of the proleptic Gregorian calendar, without time and zone: `2024-05-31`.
public struct CalendarDate: Hashable, Comparable, Sendable {
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to the number of days in the month.
  public let day: Int

  /// Nil if there is no such day in the years 1 to 9999.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Parses `YYYY-MM-DD`; nil for any other format.
  public init?(_ text: some StringProtocol) {
    let text = String(text)
    self.init(utf8: text.utf8Span.span)
  }

  init?(utf8 bytes: Span<UInt8>) {
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = bytes.number(at: 0..<4), let month = bytes.number(at: 5..<7), let day = bytes.number(at: 8..<10)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The day that is the given number of days after 1970-01-01, limited to the years 1 to 9999.
  /// Source of the arithmetic: https://howardhinnant.github.io/date_algorithms.html#civil_from_days
  public init(daysSinceEpoch days: Int) {
    let days = min(max(days, -719_162), 2_932_896)
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01, negative before it.
  /// Source of the arithmetic: https://howardhinnant.github.io/date_algorithms.html#days_from_civil
  public var daysSinceEpoch: Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Returns the day `days` later, or earlier if `days` is negative.
  public func adding(days: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: daysSinceEpoch + days) }

  /// 0 for Sunday to 6 for Saturday.
  public var weekday: Int { ((daysSinceEpoch + 4) % 7 + 7) % 7 }

  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// Returns the number of days in a month.
  static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension CalendarDate: CustomStringConvertible {
  /// `YYYY-MM-DD`.
  public var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}

extension CalendarDate: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let date = CalendarDate(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a date like 2024-05-31")
    }
    self = date
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Span<UInt8> {
  /// Returns the number that the ASCII digits in a range represent; nil if the range has other characters.
  func number(at range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      guard let digit = digit(at: index) else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Returns the value of an ASCII digit, 0 to 9; nil for another character and at the end.
  func digit(at index: Int) -> Int? {
    guard index < count, self[index].isASCIIDigit else { return nil }
    return Int(self[index] - UInt8(ascii: "0"))
  }
}

/// Formats a number with leading zeros, at least `width` digits wide.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
