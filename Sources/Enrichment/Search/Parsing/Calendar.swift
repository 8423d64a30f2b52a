import Time

/// Days counted from today.
struct Calendar {
  static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
  private static let shortWeekdays = [
    "sun": 0, "mon": 1, "tue": 2, "tues": 2, "wed": 3, "weds": 3, "thu": 4, "thur": 4, "thurs": 4, "fri": 5, "sat": 6,
  ]
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  private static let shortMonths = [
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12,
  ]

  let today: CalendarDate

  /// The Monday of the week after this one.
  var nextMonday: CalendarDate { today.adding(days: 7 - (today.weekday + 6) % 7) }

  /// The next such day, today included.
  func coming(_ weekday: Int) -> CalendarDate { today.adding(days: (weekday - today.weekday + 7) % 7) }

  /// The day of the week after this one, which begins on Monday.
  func ofNextWeek(_ weekday: Int) -> CalendarDate { nextMonday.adding(days: (weekday + 6) % 7) }

  /// Friday to Sunday: what is left of this weekend, or all of the next one.
  func weekend(next: Bool) -> Days {
    let sunday = next ? ofNextWeek(0) : coming(0)
    return Days(from: max(sunday.adding(days: -2), today), to: sunday)
  }

  /// The month that contains the day `offset` months after the first of this one.
  func month(after offset: Int) -> Days? {
    let index = today.year * 12 + today.month - 1 + offset
    return whole(month: index % 12 + 1, year: index / 12)
  }

  /// All days of a month.
  func whole(month: Int, year: Int) -> Days? {
    guard let first = CalendarDate(year: year, month: month, day: 1) else { return nil }
    return Days(from: first, to: Self.last(ofMonth: first))
  }

  static func last(ofMonth first: CalendarDate) -> CalendarDate {
    // Thirty-one days after a first is always in the next month, in its first four days.
    let later = first.adding(days: 31)
    return later.adding(days: -later.day)
  }

  /// The next such month, this one included.
  func coming(month: Int) -> Days? { whole(month: month, year: month < today.month ? today.year + 1 : today.year) }

  /// The next such day of the year, today included. 29 February is that of the next leap year.
  func coming(month: Int, day: Int) -> CalendarDate? {
    (today.year...today.year + 8).lazy.compactMap { CalendarDate(year: $0, month: month, day: day) }
      .first { $0 >= today }
  }

  /// The next day of a month with this number, today included.
  func coming(dayOfMonth day: Int) -> CalendarDate? {
    (0...2).lazy.compactMap { month(after: $0)?.from }
      .compactMap { CalendarDate(year: $0.year, month: $0.month, day: day) }.first { $0 >= today }
  }

  /// The day of the week that a word names, and if it is written in the plural. Typing errors are tolerated.
  static func weekday(_ word: String) -> (number: Int, isPlural: Bool)? {
    if let number = weekdays.firstIndex(of: word) { return (number, false) }
    if word.hasSuffix("days"), let number = weekdays.firstIndex(of: String(word.dropLast())) { return (number, true) }
    guard word.hasSuffix("day"), word.count >= 5 else { return nil }
    let distances = weekdays.enumerated().filter { $1.first == word.first }.map { number, name in
      (number, Typing.distance(Array(name), Array(word)), min(name.count, word.count) >= 8 ? 2 : 1)
    }
    return distances.filter { $0.1 <= $0.2 }.min { $0.1 < $1.1 }.map { ($0.0, false) }
  }

  static func shortWeekday(_ word: String) -> Int? { shortWeekdays[word] }

  static func month(_ word: String) -> Int? { months.firstIndex(of: word).map { $0 + 1 } ?? shortMonths[word] }

  /// A number with or without its ending: `31`, `31st`.
  static func dayOfMonth(_ word: String) -> (day: Int, isOrdinal: Bool)? {
    for ending in ["st", "nd", "rd", "th"] where word.hasSuffix(ending) {
      guard let day = Int(word.dropLast(2)), (1...31).contains(day) else { return nil }
      return (day, true)
    }
    guard word.count <= 2, let day = Int(word), (1...31).contains(day) else { return nil }
    return (day, false)
  }
}
