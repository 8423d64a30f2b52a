import Time

/// A month of the calendar: `2024-05`.
public struct CalendarMonth: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The months since January of the year 0.
  private let index: Int

  public init(of date: CalendarDate) { index = date.year * 12 + date.month - 1 }

  private init(index: Int) { self.index = index }

  /// Parses `YYYY-MM`; nil for any other format.
  public init?(_ text: String) {
    guard let date = CalendarDate("\(text)-01") else { return nil }
    self.init(of: date)
  }

  public var description: String { String("\(firstDay)".prefix(7)) }

  /// The first day. The years are limited to those of `CalendarDate`.
  public var firstDay: CalendarDate {
    let limited = min(max(index, 12), 9999 * 12 + 11)
    return CalendarDate(year: limited / 12, month: limited % 12 + 1, day: 1) ?? CalendarDate(daysSinceEpoch: 0)
  }

  /// Returns the month `count` later, or earlier if `count` is negative.
  public func adding(_ count: Int) -> CalendarMonth { CalendarMonth(index: index + count) }

  /// Returns every month from this one to another, which is not earlier.
  public func through(_ last: CalendarMonth) -> [CalendarMonth] { (index...last.index).map(CalendarMonth.init(index:)) }

  /// Returns the number of months from this one to another, both included.
  func count(through last: CalendarMonth) -> Int { last.index - index + 1 }

  public static func < (left: CalendarMonth, right: CalendarMonth) -> Bool { left.index < right.index }
}

extension WorkItem {
  /// The item of a month. Its parameters are what templates know of a month; it is not about a day.
  public init(month: CalendarMonth) {
    let text = "\(month)"
    self.init(
      checkedID: text,
      parameters: [
        "month": text, "YYYY": String(text.prefix(4)), "YY": String(text.dropFirst(2).prefix(2)),
        "MM": String(text.suffix(2)),
      ])
  }

  /// Returns the item with more parameters. Its own win.
  public func adding(_ more: [String: String]) -> WorkItem {
    var item = WorkItem(checkedID: id, date: date, parameters: parameters.merging(more) { own, _ in own })
    item.checkpoint = checkpoint
    return item
  }
}
