import Time

/// A question while it is read: its words, and what each was taken for.
struct Reading {
  /// The part of the question that a word was taken for.
  enum Role { case date, hours, place, name }

  let words: [Word]
  let names: KnownNames
  let today: CalendarDate
  var roles: [Role?]
  var question: Question
  /// True if a part of the day was read without a day: `this evening`.
  var isToday = false

  /// The number of words that are read. A question has some ten; one of 2,000 letters is compared with all places for
  /// each `in` and `at` of it.
  static let mostWords = 100

  init(_ text: String, names: KnownNames, today: CalendarDate) {
    words = Array(Words.of(text).prefix(Self.mostWords))
    roles = words.map { _ in nil }
    self.names = names
    self.today = today
    question = Question(text: text)
  }

  /// The key of a word that is not taken, and not quoted; nil for another one, and outside of the question.
  func key(_ index: Int) -> String? {
    guard words.indices.contains(index), roles[index] == nil, !words[index].isQuoted else { return nil }
    return words[index].key
  }

  /// The number that a word is, unless it is taken.
  func number(_ index: Int) -> Int? { key(index) == nil ? nil : words[index].number }

  /// The keys of a range of words, joined as names are.
  func joined(_ range: Range<Int>) -> String { words[range].map(\.key).joined(separator: " ") }

  mutating func take(_ range: Range<Int>, as role: Role) {
    for index in range where words.indices.contains(index) { roles[index] = role }
  }
}
