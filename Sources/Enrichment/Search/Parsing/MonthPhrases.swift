import Time

/// Finds the phrases with the name of a month. `may` and `march` are also other words: alone they are months only after a
/// word that says so.
struct MonthPhrases {
  let reading: Reading
  let calendar: Calendar

  func phrase(_ word: String, _ index: Int) -> DayPhrase? {
    if let month = Calendar.month(word) { return named(month, index) }
    // The day first: 31 May, 31st of May.
    let first = word == "the" ? index + 1 : index
    if let (day, isOrdinal) = reading.key(first).flatMap(Calendar.dayOfMonth) {
      let place = reading.key(first + 1) == "of" ? first + 2 : first + 1
      if let month = reading.key(place).flatMap(Calendar.month), isOrdinal || place == first + 1 {
        return date(index, place + 1, month, day)
      }
    }
    return part(word, index)
  }

  /// `May 31`, `May 31st, 2026`, `in May`.
  private func named(_ month: Int, _ index: Int) -> DayPhrase? {
    if let (day, _) = reading.key(index + 1).flatMap(Calendar.dayOfMonth), !isHour(index + 2) {
      return date(index, index + 2, month, day)
    }
    let days = reading.key(index + 1)?.split(separator: "-").map(String.init) ?? []
    if days.count == 2, let first = Calendar.dayOfMonth(days[0])?.day, let last = Calendar.dayOfMonth(days[1])?.day,
      let from = date(index, index + 2, month, first), let to = date(index, index + 2, month, last)
    {
      return DayPhrase(words: from.words, kind: .range, days: Days(from: from.days.from, to: to.days.to))
    }
    let before = index > 0 ? reading.words[index - 1].key : ""
    guard ["in", "this", "next", "during", "of", "all", "through", "until", "for", "since", "to"].contains(before)
    else { return nil }
    let (end, year) = year(at: index + 1)
    var days2 = year.map { calendar.whole(month: month, year: $0) } ?? calendar.coming(month: month)
    // What has passed of this month is not asked for.
    if year == nil, let from = days2?.from, from < calendar.today { days2?.from = calendar.today }
    return days2.map { DayPhrase(words: index..<end, kind: .range, days: $0) }
  }

  /// `early June`, `the end of June`.
  private func part(_ word: String, _ index: Int) -> DayPhrase? {
    let isEnd = (word == "end" || word == "beginning" || word == "middle") && reading.key(index + 1) == "of"
    let place = isEnd ? index + 2 : index + 1
    guard let month = reading.key(place).flatMap(Calendar.month), let whole = calendar.coming(month: month),
      let first = whole.from
    else { return nil }
    let last = whole.to ?? first
    let days: Days
    switch word {
    case "early", "beginning": days = Days(from: first, to: first.adding(days: 9))
    case "mid", "middle": days = Days(from: first.adding(days: 9), to: first.adding(days: 19))
    case "late", "end": days = Days(from: last.adding(days: -9), to: last)
    default: return nil
    }
    return DayPhrase(words: index..<place + 1, kind: .range, days: days)
  }

  private func date(_ index: Int, _ end: Int, _ month: Int, _ day: Int) -> DayPhrase? {
    let (end, year) = year(at: end)
    let date = year.map { CalendarDate(year: $0, month: month, day: day) } ?? calendar.coming(month: month, day: day)
    return date.map { DayPhrase(words: index..<end, kind: .date, days: Days($0)) }
  }

  private func year(at index: Int) -> (end: Int, year: Int?) {
    guard let year = reading.number(index), (1900...2999).contains(year) else { return (index, nil) }
    return (index + 1, year)
  }

  /// True for what makes the number before it an hour: `in May 9 pm` has no ninth of May.
  private func isHour(_ index: Int) -> Bool { ["am", "pm", "oclock"].contains(reading.key(index) ?? "") }
}
