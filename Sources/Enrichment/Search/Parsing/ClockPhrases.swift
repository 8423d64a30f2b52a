/// Finds times of a clock: `after 9 pm`, `between 8 and 10`, `at 21:30`. Without am or pm an hour is one of the evening,
/// when music is.
struct ClockPhrases {
  private struct Clock {
    /// Minutes after midnight.
    var minute: Int
    var end: Int
    /// True if it is a time whatever stands before it.
    var isSure: Bool
    var hasHalf: Bool
  }

  /// A night ends at five.
  private static let endOfNight = 29 * 60
  private static let startOfDay = 6 * 60

  let reading: Reading
  /// True if the question says that it is about a morning.
  let isMorning: Bool

  func phrase(at index: Int) -> (Hours, Range<Int>)? {
    guard let word = reading.key(index) else { return nil }
    if let range = range(word, index) { return range }
    let place = ["starting", "beginning", "right", "just"].contains(word) ? index + 1 : index
    let preposition = reading.key(place) ?? ""
    switch preposition {
    case "after", "past", "from", "since", "at", "around", "about", "before", "until", "till", "by":
      guard let clock = clock(at: place + 1), clock.isSure || endsThere(clock.end) else { return nil }
      return (hours(preposition, clock.minute), index..<clock.end)
    default:
      guard let clock = clock(at: index), clock.isSure, word != "midnight", word != "noon" else { return nil }
      let isOpen = ["or", "and"].contains(reading.key(clock.end)) && reading.key(clock.end + 1) == "later"
      return (hours(isOpen ? "after" : "at", clock.minute), index..<clock.end + (isOpen ? 2 : 0))
    }
  }

  private func hours(_ preposition: String, _ minute: Int) -> Hours {
    switch preposition {
    case "after", "past", "from", "since":
      Hours(from: minute, to: max(Self.endOfNight, minute + 60), isRequired: true)
    case "before", "until", "till", "by": Hours(from: min(Self.startOfDay, minute - 60), to: minute, isRequired: true)
    default: Hours(from: minute - 30, to: minute + 31)
    }
  }

  /// `between 8 and 10 pm`, `from 8 to 10`, `8-10pm`.
  private func range(_ word: String, _ index: Int) -> (Hours, Range<Int>)? {
    if let dash = word.firstIndex(of: "-"), let last = Self.time(String(word[word.index(after: dash)...])),
      let first = Self.time(String(word[..<dash])), last.isPM != nil || reading.key(index + 1).map(Self.isHalf) ?? false
    {
      let half = last.isPM ?? (reading.key(index + 1) == "pm")
      return window(
        Self.minute(first.minute, isPM: first.isPM ?? half), Self.minute(last.minute, isPM: half),
        index..<index + (last.isPM == nil ? 2 : 1))
    }
    guard word == "between" || word == "from", let first = clock(at: index + 1),
      ["and", "to", "until", "till", "through"].contains(reading.key(first.end)), let last = clock(at: first.end + 1),
      first.isSure || last.isSure || endsThere(last.end)
    else { return nil }
    // The half of the day is said once: `from 8 to 10 am`.
    let isMorning = last.hasHalf && !first.hasHalf && last.minute < 12 * 60 && first.minute >= 12 * 60
    return window(isMorning ? first.minute - 12 * 60 : first.minute, last.minute, index..<last.end)
  }

  private func window(_ from: Int, _ to: Int, _ words: Range<Int>) -> (Hours, Range<Int>) {
    (Hours(from: from, to: to > from ? to : to + 24 * 60, isRequired: true), words)
  }

  /// True if nothing follows that the number would belong to: `at 9 Mile` is no time.
  private func endsThere(_ index: Int) -> Bool {
    guard let next = reading.key(index) else { return true }
    return reading.words[index - 1].endsPhrase || CommonWords.frame.contains(next)
      || CommonWords.beforeDates.contains(next)
  }

  private func clock(at index: Int) -> Clock? {
    guard let word = reading.key(index) else { return nil }
    switch word {
    case "noon": return Clock(minute: 12 * 60, end: index + 1, isSure: true, hasHalf: true)
    case "midnight": return Clock(minute: 24 * 60, end: index + 1, isSure: true, hasHalf: true)
    default: break
    }
    guard let (minute, isPM) = Self.time(word) else { return nil }
    let next = reading.key(index + 1) ?? ""
    if let half = isPM ?? (Self.isHalf(next) ? next == "pm" : nil) {
      guard minute < 13 * 60 else { return nil }
      return Clock(
        minute: Self.minute(minute, isPM: half), end: index + (isPM == nil ? 2 : 1), isSure: true, hasHalf: true)
    }
    let end = next == "oclock" ? index + 2 : index + 1
    let isSure = word.contains(":") || next == "oclock"
    guard minute < 24 * 60, isSure || minute > 0 && minute <= 12 * 60 else { return nil }
    let isEvening = minute < 12 * 60 && minute > 0 && !isMorning
    return Clock(minute: isEvening ? minute + 12 * 60 : minute, end: end, isSure: isSure, hasHalf: false)
  }

  private static func isHalf(_ word: String) -> Bool { word == "am" || word == "pm" }

  /// The minute after midnight that a word is, and its half of the day: `9`, `9:30`, `9pm`.
  private static func time(_ word: String) -> (minute: Int, isPM: Bool?)? {
    var digits = word[...]
    var isPM: Bool?
    if word.hasSuffix("am") || word.hasSuffix("pm") {
      isPM = word.hasSuffix("pm")
      digits = digits.dropLast(2)
    }
    let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let hour = Int(parts[0]), parts[0].count <= 2, (0...24).contains(hour) else { return nil }
    guard parts.count == 2 else { return (hour * 60, isPM) }
    guard parts[1].count == 2, let minute = Int(parts[1]), (0...59).contains(minute) else { return nil }
    return (hour * 60 + minute, isPM)
  }

  /// The hours before five are those of the night before.
  private static func minute(_ minute: Int, isPM: Bool) -> Int {
    let inHalf = minute % (12 * 60)
    if isPM { return inHalf + 12 * 60 }
    return inHalf < 5 * 60 ? inHalf + 24 * 60 : inHalf
  }
}
