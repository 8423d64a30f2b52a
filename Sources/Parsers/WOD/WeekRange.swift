import Time

/// The days that a post is for: `march-4-10-2024`, `april-29-may-5-2024`, `december-30-2024-january-5-2025`.
struct WeekRange: Equatable {
  let start: CalendarDate
  /// Nil if no text says it.
  var end: CalendarDate?

  /// The range in a slug or a title.
  enum Reading: Equatable {
    case none
    /// It has the form of a range, but there are no such days.
    case impossible(String)
    case range(WeekRange)
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// Returns the first range in a text. What is between its words and numbers does not matter.
  static func read(_ text: String) -> Reading {
    let words = words(text)
    var reading = Reading.none
    for start in words.indices where month(words[start]) != nil {
      switch read(words[start...]) {
      case .none: break
      case .impossible(let found): if reading == .none { reading = .impossible(found) }
      case .range(let range): return .range(range)
      }
    }
    return reading
  }

  /// Reads a range at the beginning of some words, of which the first is a month.
  private static func read(_ words: ArraySlice<String>) -> Reading {
    let words = Array(words.prefix(6))
    guard words.count >= 4, let month = month(words[0]), let day = day(words[1]) else { return .none }
    let first = (month: month, day: day)
    if let last = self.day(words[2]), let year = year(words[3]) {
      let found = words[..<4].joined(separator: "-")
      guard last < day else { return range(first, year, (month, last), year, found) }
      // It ends in the next month, which the text leaves out: after a December the year is not clear.
      guard month < 12 else { return .impossible(found) }
      return range(first, year, (month + 1, last), year, found)
    }
    if words.count >= 5, let lastMonth = self.month(words[2]), let last = self.day(words[3]), let year = year(words[4])
    {
      let found = words[..<5].joined(separator: "-")
      return range(first, lastMonth < month ? year - 1 : year, (lastMonth, last), year, found)
    }
    if words.count >= 6, let year = year(words[2]), let lastMonth = self.month(words[3]), let last = self.day(words[4]),
      let lastYear = self.year(words[5])
    {
      return range(first, year, (lastMonth, last), lastYear, words.joined(separator: "-"))
    }
    return .none
  }

  private static func range(
    _ first: (month: Int, day: Int), _ year: Int, _ last: (month: Int, day: Int), _ lastYear: Int, _ found: String
  ) -> Reading {
    guard let start = date(first, year), let end = date(last, lastYear), start <= end else { return .impossible(found) }
    return .range(WeekRange(start: start, end: end))
  }

  private static func date(_ day: (month: Int, day: Int), _ year: Int) -> CalendarDate? {
    CalendarDate(year: year, month: day.month, day: day.day)
  }

  /// The first day on or after the start that is a weekday.
  /// - Parameter weekday: 0 for Sunday to 6 for Saturday.
  func date(of weekday: Int) -> CalendarDate { start.adding(days: (weekday - start.weekday + 7) % 7) }

  /// True if it has a weekday twice, so that its name does not say which day is meant.
  var hasTwo: Bool { end.map { $0.daysSinceEpoch - start.daysSinceEpoch >= 7 } ?? false }

  /// The words and numbers of a text, in lower case. An ordinal's ending is no word: `4th`.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var last: UInt8?
    for byte in text.lowercased().utf8 {
      let isDigit = (0x30...0x39).contains(byte)
      if isDigit || (0x61...0x7A).contains(byte) {
        let follows = last.map { (0x30...0x39).contains($0) == isDigit } ?? false
        if follows {
          words[words.count - 1].unicodeScalars.append(Unicode.Scalar(byte))
        } else {
          words.append(String(Unicode.Scalar(byte)))
        }
        last = byte
      } else {
        last = nil
      }
    }
    return words.filter { !["st", "nd", "rd", "th"].contains($0) }
  }

  /// A month's name, or its first three letters.
  private static func month(_ word: String) -> Int? {
    months.firstIndex { $0 == word || $0.prefix(3) == word || word == "sept" && $0 == "september" }.map { $0 + 1 }
  }

  private static func day(_ word: String) -> Int? { word.utf8.count <= 2 ? Int(word) : nil }
  private static func year(_ word: String) -> Int? { word.utf8.count == 4 ? Int(word) : nil }
}
