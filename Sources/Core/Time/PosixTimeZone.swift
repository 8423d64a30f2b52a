import Text

/// A POSIX TZ string such as `CST6CDT,M3.2.0,M11.1.0`, found in the footer of a TZif file: the offset of standard time and,
/// for zones with summer time, the rules for its beginning and end in every year.
/// Source: https://www.rfc-editor.org/rfc/rfc9636.html#section-3.3.1
struct PosixTimeZone: Sendable {
  /// The accepted offsets, in seconds east of UTC.
  static let offsets = (-26 * 3600)...(26 * 3600)

  private let standard: Int
  private let summer: Summer?

  private struct Summer: Sendable {
    let offset: Int
    let start: Rule
    let end: Rule
  }

  /// A day of the year and the local time in seconds from its midnight, which may be negative or more than a day.
  private struct Rule: Sendable {
    let day: Day
    let seconds: Int
  }

  private enum Day: Sendable {
    /// 1 to 365; 29 February is not counted.
    case julian(Int)
    /// 0 to 365; 29 February is counted.
    case zeroBased(Int)
    /// The nth (5: the last) weekday (0: Sunday) of the month.
    case weekday(month: Int, week: Int, weekday: Int)
  }

  /// Returns the offset at an instant and the instant at which that offset ends.
  /// - Parameter instant: seconds since 1970-01-01T00:00:00Z.
  func period(at instant: Int) -> TimeZoneRules.Period {
    guard let summer else { return TimeZoneRules.Period(offset: standard, end: nil) }
    let year = CalendarDate(daysSinceEpoch: (instant + standard).flooredQuotient(86_400)).year
    // A rule with many hours may fall into the previous or the next year, so three years are considered.
    var changes: [(instant: Int, offset: Int)] = []
    for year in max(1, year - 1)...min(9999, year + 1) {
      changes.append((Self.wallClock(summer.end, in: year) - summer.offset, standard))
      changes.append((Self.wallClock(summer.start, in: year) - standard, summer.offset))
    }
    // If one summer time ends when the next begins, it lasts all year. So at the same instant the start sorts last.
    changes.sort { left, right in
      (left.instant, left.offset == standard ? 0 : 1) < (right.instant, right.offset == standard ? 0 : 1)
    }
    let current = changes.last { $0.instant <= instant }
    return TimeZoneRules.Period(
      offset: current?.offset ?? standard, end: changes.first { $0.instant > instant }?.instant)
  }

  /// Returns the rule's local time in seconds since 1970-01-01T00:00:00.
  private static func wallClock(_ rule: Rule, in year: Int) -> Int {
    let newYear = firstDay(of: 1, in: year)
    let day: Int
    switch rule.day {
    case .julian(let number):
      day = newYear + number - 1 + (number >= 60 ? CalendarDate.length(ofMonth: 2, year: year) - 28 : 0)
    case .zeroBased(let number):
      day = newYear + number
    case .weekday(let month, let week, let weekday):
      let first = firstDay(of: month, in: year)
      let toWeekday = (weekday - CalendarDate(daysSinceEpoch: first).weekday + 7) % 7
      let wanted = toWeekday + 7 * (week - 1)
      day = first + (wanted < CalendarDate.length(ofMonth: month, year: year) ? wanted : wanted - 7)
    }
    return day * 86_400 + rule.seconds
  }

  private static func firstDay(of month: Int, in year: Int) -> Int {
    CalendarDate(year: year, month: month, day: 1)?.daysSinceEpoch ?? 0
  }
}

extension PosixTimeZone {
  /// Nil if the text is not a TZ string, or has summer time without rules.
  init?(_ text: [UInt8]) {
    var scanner = Scanner(text: text[...])
    guard scanner.skipName(), let west = scanner.time(upTo: 24) else { return nil }
    standard = -west
    guard !scanner.isAtEnd else {
      summer = nil
      return
    }
    guard scanner.skipName() else { return nil }
    var summerOffset = standard + 3600
    if !scanner.skip(",") {
      guard let west = scanner.time(upTo: 24), scanner.skip(",") else { return nil }
      summerOffset = -west
    }
    guard let start = scanner.rule(), scanner.skip(","), let end = scanner.rule(), scanner.isAtEnd else { return nil }
    summer = Summer(offset: summerOffset, start: start, end: end)
  }

  private struct Scanner {
    var text: ArraySlice<UInt8>

    var isAtEnd: Bool { text.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard text.first == UInt8(ascii: character) else { return false }
      text.removeFirst()
      return true
    }

    /// Skips three or more letters, or `<…>` around letters, digits and signs.
    mutating func skipName() -> Bool {
      let isQuoted = skip("<")
      let name = text.prefix { isQuoted ? $0 != UInt8(ascii: ">") : $0.isASCIILetter }
      text = text.dropFirst(name.count)
      return name.count >= 3 && (!isQuoted || skip(">"))
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
      let digits = text.prefix(while: \.isASCIIDigit)
      guard (1...4).contains(digits.count) else { return nil }
      text = text.dropFirst(digits.count)
      let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
      return range.contains(value) ? value : nil
    }

    /// Parses `[+-]hh[:mm[:ss]]` into seconds.
    mutating func time(upTo hours: Int) -> Int? {
      let isNegative = skip("-")
      if !isNegative { _ = skip("+") }
      guard var seconds = number(0...hours).map({ $0 * 3600 }) else { return nil }
      for unit in [60, 1] where skip(":") {
        guard let value = number(0...59) else { return nil }
        seconds += value * unit
      }
      return isNegative ? -seconds : seconds
    }

    mutating func rule() -> Rule? {
      guard let day = day() else { return nil }
      guard skip("/") else { return Rule(day: day, seconds: 2 * 3600) }
      return time(upTo: 167).map { Rule(day: day, seconds: $0) }
    }

    private mutating func day() -> Day? {
      if skip("J") { return number(1...365).map(Day.julian) }
      guard skip("M") else { return number(0...365).map(Day.zeroBased) }
      guard let month = number(1...12), skip("."), let week = number(1...5), skip("."), let weekday = number(0...6)
      else { return nil }
      return .weekday(month: month, week: week, weekday: weekday)
    }
  }
}
