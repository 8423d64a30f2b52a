/// The days on which a cron expression has times: those of one of its two fields of days. The other one is `?`.
enum CronDays: Equatable, Sendable {
  case dates(CronValues)
  /// The last day of the month.
  case lastDate
  /// The day from Monday to Friday that is nearest to a day, in the same month. A month without that day has none.
  case weekdayNearest(to: Int)
  /// Days of the week, 1 for Sunday to 7 for Saturday.
  case weekdays(CronValues)
  /// The last such day of the month.
  case last(weekday: Int)
  /// The nth such day of the month.
  case nth(weekday: Int, Int)

  /// - Parameters: the two fields, in capital letters.
  init(date: Substring, weekday: Substring) throws(CronError) {
    switch (date == "?", weekday == "?") {
    case (false, true): self = try Self.date(date)
    case (true, false): self = try Self.weekday(weekday)
    case (let both, _):
      throw CronError(
        "day-of-month and day-of-week", "\(date)' and '\(weekday)",
        both ? "a value in one of them, and ? in the other" : "? in one of them, and a value in the other")
    }
  }

  private static func date(_ text: Substring) throws(CronError) -> CronDays {
    if text == "L" { return .lastDate }
    guard text.hasSuffix("W") else { return .dates(try CronField.date.values(text)) }
    guard let day = CronField.date.number(text.dropLast()) else { throw CronField.date.refusal(of: text) }
    return .weekdayNearest(to: day)
  }

  private static func weekday(_ text: Substring) throws(CronError) -> CronDays {
    let field = CronField.weekday
    if text == "L" { return .weekdays(CronValues(parts: [.init(range: 7...7, step: 1)])) }
    if text.hasSuffix("L"), let day = field.number(text.dropLast()) { return .last(weekday: day) }
    let pieces = text.split(separator: "#", omittingEmptySubsequences: false)
    guard pieces.count > 1 else { return .weekdays(try field.values(text)) }
    guard pieces.count == 2, let day = field.number(pieces[0]), let count = Int(pieces[1]), (1...5).contains(count)
    else { throw field.refusal(of: text) }
    return .nth(weekday: day, count)
  }

  func contains(_ day: CalendarDate) -> Bool {
    switch self {
    case .dates(let dates): return dates.contains(day.day)
    case .lastDate: return day.day == length(day)
    case .weekdayNearest(let wanted): return day.day == nearest(to: wanted, day)
    case .weekdays(let days): return days.contains(day.weekday + 1)
    case .last(let weekday): return day.weekday + 1 == weekday && day.day + 7 > length(day)
    case .nth(let weekday, let count): return day.weekday + 1 == weekday && (day.day - 1) / 7 + 1 == count
    }
  }

  private func length(_ day: CalendarDate) -> Int { CalendarDate.length(ofMonth: day.month, year: day.year) }

  private func nearest(to wanted: Int, _ day: CalendarDate) -> Int? {
    switch CalendarDate(year: day.year, month: day.month, day: wanted)?.weekday {
    case nil: nil
    case 6: wanted > 1 ? wanted - 1 : wanted + 2
    case 0: wanted < length(day) ? wanted + 1 : wanted - 2
    default: wanted
    }
  }
}
