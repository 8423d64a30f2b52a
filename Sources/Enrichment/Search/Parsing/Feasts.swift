import Time

/// Days with a name of their own, and those that are counted within a month. Days that also name a kind of music, such as
/// Mardi Gras and Christmas, are left to the comparison by meaning.
struct Feasts {
  private static let fixed: [(words: [String], month: Int, day: Int)] = [
    (["new", "years", "eve"], 12, 31), (["new", "years", "day"], 1, 1), (["halloween"], 10, 31),
    (["valentines", "day"], 2, 14), (["st", "patricks", "day"], 3, 17), (["fourth", "of", "july"], 7, 4),
    (["independence", "day"], 7, 4), (["juneteenth"], 6, 19), (["christmas", "eve"], 12, 24),
    (["christmas", "day"], 12, 25), (["veterans", "day"], 11, 11),
  ]
  /// With the number of the week; -1 is the last one.
  private static let counted: [(words: [String], week: Int, weekday: Int, month: Int)] = [
    (["memorial", "day"], -1, 1, 5), (["labor", "day"], 1, 1, 9), (["thanksgiving"], 4, 4, 11),
    (["mothers", "day"], 2, 0, 5), (["fathers", "day"], 3, 0, 6),
  ]
  private static let ordinals = [
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1,
  ]

  let reading: Reading
  let calendar: Calendar

  /// The day that is named from a word on, and the number of its words.
  func day(at index: Int) -> (CalendarDate, count: Int)? {
    for feast in Self.fixed where isHere(feast.words, index) {
      return calendar.coming(month: feast.month, day: feast.day).map { ($0, feast.words.count) }
    }
    for feast in Self.counted where isHere(feast.words, index) {
      return next(feast.week, feast.weekday, month: feast.month).map { ($0, feast.words.count) }
    }
    guard let week = reading.key(index).flatMap({ Self.ordinals[$0] }),
      let (weekday, _) = reading.key(index + 1).flatMap(Calendar.weekday),
      ["of", "in"].contains(reading.key(index + 2)), let month = reading.key(index + 3).flatMap(Calendar.month)
    else { return nil }
    return next(week, weekday, month: month).map { ($0, 4) }
  }

  private func isHere(_ words: [String], _ index: Int) -> Bool {
    words.enumerated().allSatisfy { reading.key(index + $0) == $1 }
  }

  /// The next such day, today included.
  private func next(_ week: Int, _ weekday: Int, month: Int) -> CalendarDate? {
    (0...1).lazy.compactMap { years in
      calendar.whole(month: month, year: calendar.today.year + years)
    }.compactMap { Self.day(week, weekday, of: $0) }.first { $0 >= calendar.today }
  }

  private static func day(_ week: Int, _ weekday: Int, of month: Days) -> CalendarDate? {
    guard let first = month.from, let last = month.to else { return nil }
    if week < 0 { return last.adding(days: -((last.weekday - weekday + 7) % 7)) }
    return first.adding(days: (weekday - first.weekday + 7) % 7 + 7 * (week - 1))
  }
}
