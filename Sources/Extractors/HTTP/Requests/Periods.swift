import Time

/// A unit of time by which a template's date walks back.
enum Period: String, CaseIterable, Sendable {
  case day, month, year

  /// Returns the day a number of periods before another one. Of a month or a year, a day that does not exist becomes the
  /// month's last: a month before 31 March is the end of February.
  func before(_ date: CalendarDate, count: Int) -> CalendarDate {
    if self == .day { return date.adding(days: -count) }
    let months = date.year * 12 + date.month - 1 - (self == .month ? count : 12 * count)
    let (year, month) = (max(months, 12) / 12, max(months, 12) % 12 + 1)
    for day in stride(from: date.day, through: 1, by: -1) {
      if let found = CalendarDate(year: year, month: month, day: day) { return found }
    }
    return date
  }
}
