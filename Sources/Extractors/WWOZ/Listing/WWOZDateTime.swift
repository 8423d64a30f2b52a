import Text
import Time

/// The day and time of a show in a row of the listing: `Friday, May 31 at 3:00pm`. The text has no year.
struct WWOZDateTime {
  enum Time: Equatable {
    case at(ClockTime)
    /// The row has a text that begins with one unambiguous time and says more: `7:00pm CDT`.
    case beginning(ClockTime, of: String)
    /// The row says TBA or TBD.
    case toBeAnnounced
    /// The row has no time.
    case missing
    /// The row has a text that is not one unambiguous time.
    case unclear(String)

    /// The time, if the row has one.
    var clock: ClockTime? {
      switch self {
      case .at(let time), .beginning(let time, of: _): time
      case .toBeAnnounced, .missing, .unclear: nil
      }
    }
  }

  /// The month from 1 to 12, and its day; nil if the text does not name them.
  let monthAndDay: (month: Int, day: Int)?
  let time: Time
  /// True if the text says that the show is cancelled.
  let isCancelled: Bool

  init(_ text: String) {
    let words = Self.words(text)
    let found = Self.monthAndDay(in: words)
    monthAndDay = found.map { ($0.month, $0.day) }
    time = Self.time(in: words, dayAt: found?.index)
    isCancelled = CancelledName.isStated(in: words)
  }

  /// Chooses among the paragraphs of a row, of which one or two have the day and the time: others say `SOLD OUT`.
  init(paragraphs: [String]) {
    let all = paragraphs.map(WWOZDateTime.init)
    func first(_ isWanted: (WWOZDateTime) -> Bool) -> WWOZDateTime? { all.first(where: isWanted) }
    let isKnown = { (when: WWOZDateTime) in when.time.clock != nil || when.time == .toBeAnnounced }
    let dated = first { $0.monthAndDay != nil && isKnown($0) } ?? first { $0.monthAndDay != nil }
    monthAndDay = dated?.monthAndDay
    isCancelled = all.contains(where: \.isCancelled)
    let other = first { $0.monthAndDay == nil && isKnown($0) }
    if let dated, dated.time != .missing, isKnown(dated) || other?.time.clock == nil {
      time = dated.time
    } else {
      // Without a day and without a time, the text is no more a time than `SOLD OUT` is.
      time = other?.time ?? (dated ?? all.first)?.time ?? .missing
    }
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
    text.withPlainSpaces.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }.map { Substring($0) }
  }

  private static func monthAndDay(in words: [Substring]) -> (index: Int, month: Int, day: Int)? {
    for (index, pair) in zip(words, words.dropFirst()).enumerated() {
      // The digit is a cheap test, which nearly all words fail.
      if pair.1.utf8.first?.isASCIIDigit == true, let month = month(pair.0),
        let day = Int(digits: withoutOrdinal(pair.1))
      {
        return (index, month, day)
      }
    }
    return nil
  }

  /// Returns `31` of `31st`, and of `31:`.
  private static func withoutOrdinal(_ word: Substring) -> Substring {
    if let last = word.last, ":.;".contains(last) { return withoutOrdinal(word.dropLast()) }
    guard word.utf8.count > 2, let last = word.utf8.dropLast(2).last, last.isASCIIDigit,
      ["st", "nd", "rd", "th"].contains(word.suffix(2).lowercased())
    else { return word }
    return word.dropLast(2)
  }

  /// Returns 1 to 12 for an English month name, or for its first three or more letters, with or without a full stop.
  private static func month(_ word: Substring) -> Int? {
    guard word.utf8.count >= 3, word.utf8.first?.isASCIILetter == true else { return nil }
    var word = word.lowercased()
    if word.last == "." { word.removeLast() }
    guard word.utf8.count >= 3 else { return nil }
    return months.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 }
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// Reads the time after the day or, if nothing follows the day, before it.
  /// - Parameter index: the place of the month.
  private static func time(in words: [Substring], dayAt index: Int?) -> Time {
    guard let index else { return time(words[...]) }
    var rest = words[(index + 2)...]
    // `May 31, 2024 at 8:00pm`
    if rest.count > 1, let year = rest.first, year.utf8.count == 4, Int(digits: year) != nil { rest = rest.dropFirst() }
    let time = time(rest)
    if time != .missing { return time }
    let before = Self.time(words[..<index])
    return before.clock == nil ? .missing : before
  }

  private static func time(_ words: ArraySlice<Substring>) -> Time {
    let text = words.drop { $0.lowercased() == "at" || $0 == "@" }.joined(separator: " ")
    if text.isEmpty { return .missing }
    if ["tba", "tbd"].contains(text.lowercased().filter { $0 != "." }) { return .toBeAnnounced }
    let read = TimeText(text)
    guard let beginning = read.beginning else { return .unclear(text) }
    return read.isPlain ? .at(beginning) : .beginning(beginning, of: text)
  }
}
