import Time

extension Reading {
  private static let rangeWords: Set<String> = ["to", "through", "thru", "till", "until", "til"]
  private static let listWords: Set<String> = ["and", "or"]

  /// Reads which days the question names. Several phrases together name one set of days: `Friday to Sunday`, `Sundays in
  /// June`, `Saturday, May 30`.
  mutating func readDays() {
    var phrases: [DayPhrase] = []
    let finder = DayPhrases(self)
    var index = 0
    while index < words.count {
      if let phrase = finder.phrase(at: index) {
        phrases.append(phrase)
        index = phrase.words.upperBound
      } else {
        index += 1
      }
    }
    guard var found = phrases.first else { return }
    let opening = openingWord(before: found.words.lowerBound)
    for next in phrases.dropFirst() { found = joined(found, next, isBetween: opening == "between") }
    if found.days.from == found.days.to || phrases.count == 1 { bound(&found, after: opening) }
    for phrase in phrases { take(phrase.words, as: .date) }
    question.days = found.days
    question.hours = phrases.lazy.compactMap(\.hours).first
  }

  private func openingWord(before index: Int) -> String {
    let before = key(index - 1) ?? ""
    return before == "on" || before == "the" ? key(index - 2) ?? "" : before
  }

  /// `after Friday`, `from June 5 on`, `before Sunday`. `from` alone before one day is open, too.
  private func bound(_ phrase: inout DayPhrase, after word: String) {
    guard let from = phrase.days.from, let to = phrase.days.to else { return }
    switch word {
    case "after": phrase.days = Days(from: to.adding(days: 1), to: nil, weekdays: phrase.days.weekdays)
    case "from", "since", "starting", "beginning": phrase.days.to = nil
    case "before": if from > today { phrase.days = Days(from: today, to: from.adding(days: -1)) }
    case "until", "till", "by": if from >= today { phrase.days = Days(from: today, to: to) }
    default: return
    }
  }

  private func joined(_ first: DayPhrase, _ next: DayPhrase, isBetween: Bool) -> DayPhrase {
    var result = first
    result.words = first.words.lowerBound..<next.words.upperBound
    let between = words[min(first.words.upperBound, next.words.lowerBound)..<next.words.lowerBound].map(\.key)
    let link =
      between.first { Self.rangeWords.contains($0) || Self.listWords.contains($0) }
      ?? (isList(first, next) && between.isEmpty ? "and" : nil)
    switch (first.kind, next.kind) {
    case (.weekday, .date) where link == nil, (.range, .date) where link == nil:
      // `Saturday, May 30`: the calendar's day is the exact one.
      result.kind = .date
      result.days = next.days
    case (.weekday, .range) where link == nil, (.everyWeekday, .range) where link == nil:
      result.kind = .range
      result.days = Days(from: next.days.from, to: next.days.to, weekdays: weekdays(of: first.days))
    case (.range, .weekday(let day)) where link == nil, (.range, .everyWeekday(let day)) where link == nil:
      result.kind = .range
      result.days.weekdays = [day]
    case (.everyWeekday(let day), .everyWeekday(let other)):
      result.days.weekdays = [day, other]
    case (_, _) where link.map(Self.rangeWords.contains) == true || link != nil && isBetween:
      result.kind = .range
      result.days = Days(from: first.days.from, to: later(next, than: first))
    case (.weekday, .weekday), (.date, .date), (.weekday, .date), (.date, .weekday):
      guard link != nil, let from = first.days.from, let to = later(next, than: first) else { return first }
      // Days one after another are a range; of others, only they are meant.
      result.kind = next.kind
      let last = first.days.to ?? from
      let isNext = to.daysSinceEpoch - last.daysSinceEpoch <= 1
      let weekdays = Set([last, to].map(\.weekday)).union(first.days.weekdays ?? [])
      result.days = Days(from: min(from, to), to: max(last, to), weekdays: isNext ? nil : weekdays)
    default: return first
    }
    return result
  }

  /// `Friday, Saturday and Sunday`: a comma is an `and`, too.
  private func isList(_ first: DayPhrase, _ next: DayPhrase) -> Bool {
    guard case .weekday = first.kind, case .weekday = next.kind else { return false }
    return true
  }

  private func weekdays(of days: Days) -> Set<Int>? {
    if let weekdays = days.weekdays { return weekdays }
    guard let from = days.from, let to = days.to else { return nil }
    return Set(
      (from.daysSinceEpoch...min(to.daysSinceEpoch, from.daysSinceEpoch + 6)).map {
        CalendarDate(daysSinceEpoch: $0).weekday
      })
  }

  /// The end of the second phrase. A weekday after a day is the one that follows that day.
  private func later(_ next: DayPhrase, than first: DayPhrase) -> CalendarDate? {
    guard case .weekday(let weekday) = next.kind, let from = first.days.to ?? first.days.from, let to = next.days.to,
      to < from
    else { return next.days.to }
    return Calendar(today: from).coming(weekday)
  }
}
