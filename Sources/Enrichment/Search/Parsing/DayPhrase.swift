import Time

/// Words that name days.
struct DayPhrase: Equatable {
  enum Kind: Equatable {
    /// A day of the week, the next one unless the phrase says otherwise.
    case weekday(Int)
    /// One day of the calendar.
    case date
    /// Several days.
    case range
    /// All such days of the week: `Sundays`.
    case everyWeekday(Int)
  }

  var words: Range<Int>
  var kind: Kind
  var days: Days
  /// The part of the day that the phrase has in it: `tonight`.
  var hours: Hours?
}

/// Finds the phrases that name days.
struct DayPhrases {
  let reading: Reading
  let calendar: Calendar

  init(_ reading: Reading) {
    self.reading = reading
    calendar = Calendar(today: reading.today)
  }

  private func key(_ index: Int) -> String? { reading.key(index) }

  /// The phrase that begins at a word; nil if none does.
  func phrase(at index: Int) -> DayPhrase? {
    guard let word = key(index) else { return nil }
    return relative(word, index) ?? feast(index) ?? around(word, index) ?? weekend(word, index) ?? period(word, index)
      ?? counted(word, index)
      ?? weekday(word, index) ?? month(word, index) ?? written(word, index)
  }

  private func make(
    _ index: Int, _ count: Int, _ kind: DayPhrase.Kind, _ days: Days?, hours: Hours? = nil
  ) -> DayPhrase? {
    days.map { DayPhrase(words: index..<index + count, kind: kind, days: $0, hours: hours) }
  }

  private func relative(_ word: String, _ index: Int) -> DayPhrase? {
    let today = calendar.today
    switch word {
    case "today": return make(index, 1, .date, Days(today))
    case "tonight", "tonite", "tonights": return make(index, 1, .date, Days(today), hours: .tonight)
    case "tomorrow", "tomorow", "tommorow", "tommorrow", "tomorrows", "tmrw":
      return make(index, 1, .date, Days(today.adding(days: 1)))
    case "yesterday": return make(index, 1, .date, Days(today.adding(days: -1)))
    case "right" where key(index + 1) == "now": return make(index, 2, .date, Days(today))
    case "day" where key(index + 1) == "after" && key(index + 2) == "tomorrow":
      return make(index, 3, .date, Days(today.adding(days: 2)))
    default: return nil
    }
  }

  /// `Halloween`, `the Fourth of July`, `the first Saturday of June`.
  private func feast(_ index: Int) -> DayPhrase? {
    Feasts(reading: reading, calendar: calendar).day(at: index).flatMap { day, count in
      make(index, count, .date, Days(day))
    }
  }

  /// `the weekend of June 6`, `the week of June 8`.
  private func around(_ word: String, _ index: Int) -> DayPhrase? {
    guard word == "weekend" || word == "week", key(index + 1) == "of" || key(index + 1) == "after",
      let other = phrase(at: index + 2), other.kind == .date, let day = other.days.from
    else { return nil }
    let monday = day.adding(days: -(day.weekday + 6) % 7)
    let first = word == "week" ? monday : monday.adding(days: 4)
    return make(
      index, other.words.upperBound - index, .range,
      Days(from: max(first, min(calendar.today, day)), to: monday.adding(days: 6)))
  }

  private func weekend(_ word: String, _ index: Int) -> DayPhrase? {
    let isQualified = word == "this" || word == "next" || word == "coming"
    let place = isQualified ? index + 1 : index
    switch key(place) {
    case "weekend": return make(index, place - index + 1, .range, calendar.weekend(next: word == "next"))
    case "weekends" where !isQualified:
      return make(index, 1, .range, Days(from: calendar.today, to: nil, weekdays: [0, 5, 6]))
    case "weekday" where !isQualified, "weekdays" where !isQualified, "weeknight" where !isQualified,
      "weeknights" where !isQualified:
      let hours = word.contains("night") ? Hours.parts["night"] : nil
      return make(index, 1, .range, Days(from: calendar.today, to: nil, weekdays: [1, 2, 3, 4]), hours: hours)
    default: return nil
    }
  }

  /// `this week`, `next month`.
  private func period(_ word: String, _ index: Int) -> DayPhrase? {
    guard word == "this" || word == "next" else { return nil }
    let today = calendar.today
    let monday = calendar.nextMonday
    switch (word, key(index + 1)) {
    case ("this", "week"): return make(index, 2, .range, Days(from: today, to: monday.adding(days: -1)))
    case ("next", "week"): return make(index, 2, .range, Days(from: monday, to: monday.adding(days: 6)))
    case ("this", "month"): return make(index, 2, .range, Days(from: today, to: calendar.month(after: 0)?.to))
    case ("next", "month"): return make(index, 2, .range, calendar.month(after: 1))
    default: return nil
    }
  }

  private static let numbers = [
    "one": 1, "a": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "ten": 10,
  ]
  private static let units = [
    "day": 1, "days": 1, "night": 1, "nights": 1, "week": 7, "weeks": 7, "month": 30, "months": 30,
  ]

  /// `next 3 days`, `in two weeks`, `within 10 days`.
  private func counted(_ word: String, _ index: Int) -> DayPhrase? {
    guard ["next", "in", "within", "coming", "over"].contains(word) else { return nil }
    var place = index + 1
    while let next = key(place), ["the", "next", "coming", "a"].contains(next), key(place + 1) != nil,
      Self.units[key(place + 1) ?? ""] == nil
    { place += 1 }
    guard let next = key(place) else { return nil }
    if next == "couple", key(place + 1) == "of", let unit = key(place + 2).flatMap({ Self.units[$0] }) {
      return span(word, index, place + 3, 2 * unit)
    }
    guard let count = reading.number(place) ?? Self.numbers[next], (1...400).contains(count),
      let unit = key(place + 1).flatMap({ Self.units[$0] })
    else { return nil }
    return span(word, index, place + 2, count * unit)
  }

  private func span(_ word: String, _ index: Int, _ end: Int, _ days: Int) -> DayPhrase? {
    let isPeriod = word != "in" || (index + 1..<end).contains { key($0) == "next" || key($0) == "coming" }
    let last = calendar.today.adding(days: days)
    return make(
      index, end - index, isPeriod ? .range : .date, isPeriod ? Days(from: calendar.today, to: last) : Days(last))
  }

  private func weekday(_ word: String, _ index: Int) -> DayPhrase? {
    let isQualified = ["this", "next", "coming", "every", "each", "last"].contains(word)
    let place = isQualified ? index + 1 : index
    guard let name = key(place) else { return nil }
    guard let (number, isPlural) = Calendar.weekday(name) ?? short(name, place) else { return nil }
    let count = place - index + 1
    if isPlural || word == "every" || word == "each" {
      return make(index, count, .everyWeekday(number), Days(from: calendar.today, to: nil, weekdays: [number]))
    }
    let coming = calendar.coming(number)
    switch word {
    case "next": return make(index, count, .date, Days(calendar.ofNextWeek(number)))
    case "last":
      let ago = (calendar.today.weekday - number + 6) % 7 + 1
      return make(index, count, .date, Days(calendar.today.adding(days: -ago)))
    default: return make(index, count, .weekday(number), Days(coming))
    }
  }

  /// `sat` and `sun` are also other words: a day only after a word that stands before days, or before an hour or a date.
  private func short(_ word: String, _ index: Int) -> (number: Int, isPlural: Bool)? {
    guard let number = Calendar.shortWeekday(word) else { return nil }
    let before = index > 0 ? reading.words[index - 1].key : ""
    let after = key(index + 1) ?? ""
    let isDay =
      CommonWords.beforeDates.contains(before) || Hours.parts[after] != nil || Calendar.month(after) != nil
      || Calendar.shortWeekday(before) != nil || reading.words.count == 1
    return isDay ? (number, false) : nil
  }

  /// `May 31`, `31st of May`, `in May`, `late June`.
  private func month(_ word: String, _ index: Int) -> DayPhrase? {
    MonthPhrases(reading: reading, calendar: calendar).phrase(word, index)
  }

  /// `2026-05-31`, `5/31`, `5/31/2026`, `the 31st`.
  private func written(_ word: String, _ index: Int) -> DayPhrase? {
    if let date = CalendarDate(word) { return make(index, 1, .date, Days(date)) }
    let parts = word.split(separator: "/").compactMap { Int($0) }
    if word.contains("/"), parts.count == word.split(separator: "/", omittingEmptySubsequences: false).count {
      let year = parts.count == 3 ? parts[2] < 100 ? 2000 + parts[2] : parts[2] : nil
      guard parts.count == 2 || parts.count == 3 else { return nil }
      let date =
        year.map { CalendarDate(year: $0, month: parts[0], day: parts[1]) }
        ?? calendar.coming(month: parts[0], day: parts[1])
      return make(index, 1, .date, date.map(Days.init))
    }
    guard word == "the", let (day, isOrdinal) = key(index + 1).flatMap(Calendar.dayOfMonth), isOrdinal,
      key(index + 2).map({ CommonWords.frame.contains($0) || Hours.parts[$0] != nil }) ?? true
    else { return nil }
    return make(index, 2, .date, calendar.coming(dayOfMonth: day).map(Days.init))
  }
}
