import Time

/// A day as a person names it: `2024-05-31`, `today`, `tomorrow`, `yesterday`, or a weekday, which is the next such day, today
/// included: `friday`, `fri`.
enum NamedDay: Equatable {
  private static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
  private static let relative = ["yesterday": -1, "today": 0, "tomorrow": 1]

  case date(CalendarDate)
  /// The number of days after today.
  case after(Int)
  /// 0 is Sunday.
  case weekday(Int)

  /// - Parameter name: the name of the argument, for the error.
  /// - Throws: the problem with the text, for a person.
  init(_ text: String, of name: String) throws(CommandError) {
    let word = text.lowercased()
    if let days = Self.relative[word] {
      self = .after(days)
    } else if let weekday = Self.weekdays.firstIndex(where: { $0 == word || word.count >= 3 && $0.hasPrefix(word) }) {
      self = .weekday(weekday)
    } else if let date = CalendarDate(text) {
      self = .date(date)
    } else {
      throw CommandError("\(name) '\(text)' is not a date like 2024-05-31, nor today, tomorrow, yesterday or a weekday")
    }
  }

  /// Returns the date on a given day.
  func date(today: CalendarDate) -> CalendarDate {
    switch self {
    case .date(let date): date
    case .after(let days): today.adding(days: days)
    case .weekday(let weekday): today.adding(days: (weekday - today.weekday + 7) % 7)
    }
  }
}
