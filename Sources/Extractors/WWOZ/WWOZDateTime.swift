import Text
import Time

/// The day and time of a show in a row of the listing: `Friday, May 31 at 3:00pm`. The text has no year.
struct WWOZDateTime {
  enum Time: Equatable {
    case at(ClockTime)
    /// The row says TBA or TBD.
    case toBeAnnounced
    /// The row has no time.
    case missing
    /// The row has a text that is not one unambiguous time.
    case unclear(String)
  }

  /// The month from 1 to 12, and its day; nil if the text does not name them.
  let monthAndDay: (month: Int, day: Int)?
  let time: Time

  init(_ text: String) {
    let words = Self.words(text)
    let found = Self.monthAndDay(in: words)
    monthAndDay = found.map { ($0.month, $0.day) }
    time = Self.time(words[(found.map { $0.index + 2 } ?? 0)...])
  }

  /// Returns the day in a heading: `Friday, May 31, 2024`.
  static func date(inHeading text: String) -> CalendarDate? {
    let words = words(text)
    guard let (index, month, day) = monthAndDay(in: words), words.count > index + 2,
      let year = Int(digits: words[index + 2])
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }

  private static func words(_ text: String) -> [Substring] {
    // Bytes are faster than characters, and the separators are ASCII. A page has about a hundred rows.
    text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }.map { Substring($0) }
  }

  private static func monthAndDay(in words: [Substring]) -> (index: Int, month: Int, day: Int)? {
    for (index, pair) in zip(words, words.dropFirst()).enumerated() {
      if let month = month(pair.0), let day = Int(digits: pair.1) { return (index, month, day) }
    }
    return nil
  }

  /// Returns 1 to 12 for an English month name, or for its first three or more letters.
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
    // A range: the show's time is its beginning.
    let ends = text.replacing(" to ", with: "-").split { "-–—".contains($0) }
    if ends.count == 2, let start = ClockTime(ends[0]), ClockTime(ends[1]) != nil { return .at(start) }
    return .unclear(text)
  }
}
