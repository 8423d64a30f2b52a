import Text
import Time

/// When a show is, as a row of the listing says it: `Friday, May 31 at 3:00pm`. There is no year in it.
struct WWOZWhen {
  enum Time: Equatable {
    case at(ClockTime)
    /// The row says that it is not known yet.
    case toBeAnnounced
    /// The row says nothing of it.
    case missing
    /// The row says something that cannot be taken for one time.
    case unclear(String)
  }

  /// 1 to 12, and the day of it; nil when the text names none.
  let monthAndDay: (month: Int, day: Int)?
  let time: Time

  init(_ text: String) {
    let words = Self.words(text)
    let found = Self.monthAndDay(in: words)
    monthAndDay = found.map { ($0.month, $0.day) }
    time = Self.time(words[(found.map { $0.place + 2 } ?? 0)...])
  }

  /// The day that a heading names: `Friday, May 31, 2024`.
  static func date(inHeading text: String) -> CalendarDate? {
    let words = words(text)
    guard let (place, month, day) = monthAndDay(in: words), words.count > place + 2,
      let year = Int(digits: words[place + 2])
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }

  private static func words(_ text: String) -> [Substring] {
    // By bytes, not characters: it is a hundred times a page, and separators are ASCII.
    text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }.map { Substring($0) }
  }

  private static func monthAndDay(in words: [Substring]) -> (place: Int, month: Int, day: Int)? {
    for (place, pair) in zip(words, words.dropFirst()).enumerated() {
      if let month = month(pair.0), let day = Int(digits: pair.1) { return (place, month, day) }
    }
    return nil
  }

  /// 1 to 12 for an English name, or its beginning of three letters or more.
  private static func month(_ word: Substring) -> Int? {
    let word = word.lowercased()
    guard word.count >= 3 else { return nil }
    return months.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 }
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  private static func time(_ words: ArraySlice<Substring>) -> Time {
    let text = words.drop { $0.lowercased() == "at" || $0 == "@" }.joined(separator: " ")
    if text.isEmpty { return .missing }
    if ["tba", "tbd"].contains(text.lowercased().filter { $0 != "." }) { return .toBeAnnounced }
    if let time = ClockTime(text) { return .at(time) }
    // From one time to another: a show is listed by its beginning.
    let ends = text.replacing(" to ", with: "-").split { "-–—".contains($0) }
    if ends.count == 2, let start = ClockTime(ends[0]), ClockTime(ends[1]) != nil { return .at(start) }
    return .unclear(text)
  }
}
