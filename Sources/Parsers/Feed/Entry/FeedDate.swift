import FoundationEssentials
import Text
import Time

/// A date of a feed: RFC 822's and C's, those of RFC 3339 and ISO 8601, and what programs make of them: years of two
/// digits, no seconds, no weekday, a space for the T, months in full.
struct FeedDate {
  /// Seconds since 1970-01-01, UTC.
  let seconds: Int
  /// A zone's name that means nothing, so that UTC was taken (RFC 5322, 4.3); nil if there is none.
  private(set) var unknownZone: String?

  /// The date as `YYYY-MM-DDTHH:MM:SSZ`.
  var text: String {
    "\(RFC3339.string(Date(timeIntervalSince1970: Double(seconds)), offset: 0).prefix(19))Z"
  }

  /// Parses a date; nil for another form, or a day or a time that does not exist. A date without a time is the beginning of
  /// the day.
  /// - Parameter zone: the zone of a date that names none; nil for UTC.
  init?(_ text: String, zone: TimeZoneRules?) {
    guard text.utf8.count <= 100 else { return nil }
    var words = Self.pointed(text).split { $0 == "," || $0.isWhitespace }.map { String($0) }
    // Comments, as in (PST).
    words.removeAll { $0.hasPrefix("(") }
    // A weekday in any language: some are also the name of a month, without the comma.
    if let first = words.first, first.allSatisfy({ $0.isLetter || $0 == "." }),
      Self.month(first) == nil || text.contains("\(first),")
    {
      words.removeFirst()
    }
    guard !words.isEmpty, let (day, rest) = Self.isoDay(words) ?? Self.namedDay(words) else { return nil }
    words = rest
    var clock = (hour: 0, minute: 0, second: 0)
    if let word = words.first, word.first?.isNumber == true {
      guard let (time, behind) = Self.time(word) else { return nil }
      clock = time
      words.removeFirst()
      if !behind.isEmpty { words.insert(behind, at: 0) }
      if let half = words.first?.lowercased(), half == "am" || half == "pm" {
        // Such words are found behind hours up to 23, too, where they say nothing.
        if 1...12 ~= clock.hour { clock.hour = clock.hour % 12 + (half == "pm" ? 12 : 0) }
        words.removeFirst()
      }
    }
    let second = clock.hour * 3600 + clock.minute * 60 + clock.second
    let local = day.daysSinceEpoch * 86_400 + second
    // The year of asctime stands behind the time.
    if words.isEmpty {
      guard let zone else {
        seconds = local
        return
      }
      let date = zone.date(day, hour: clock.hour % 24, minute: clock.minute)
      seconds = Int(date.timeIntervalSince1970) + clock.second + (clock.hour == 24 ? 86_400 : 0)
    } else {
      guard let offset = Self.offset(words, &unknownZone) else { return nil }
      seconds = local - offset
    }
    guard -62_135_596_800..<253_402_300_800 ~= seconds else { return nil }
  }

  /// Returns a date of ISO 8601 with a point for the comma before its fraction; commas divide the words of others.
  private static func pointed(_ text: String) -> String {
    guard text.contains(","), text.drop(while: \.isWhitespace).prefix(4).allSatisfy(\.isNumber) else { return text }
    var result = ""
    var isTime = false
    for character in text {
      if character == ":" || character == "T" || character == "t" { isTime = true }
      result.append(character == "," && isTime && result.last?.isNumber == true ? "." : character)
    }
    return result
  }

  /// Takes `2003-06-10`, `2003-06`, `2003`, `20030610` or `2003/6/10`, with what follows it in the same word as a word.
  private static func isoDay(_ words: [String]) -> (CalendarDate, [String])? {
    var word = Substring(words[0])
    var rest = Array(words.dropFirst())
    if let mark = word.firstIndex(where: { $0 == "T" || $0 == "t" }) {
      rest.insert(String(word[mark...].dropFirst()), at: 0)
      word = word[..<mark]
    }
    var parts = word.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }.map { String($0) }
    if parts.count == 1, parts[0].utf8.count == 8, let all = Int(digits: parts[0]) {
      parts = [String(all / 10_000), String(all / 100 % 100), String(all % 100)]
    }
    let numbers = parts.compactMap { Int(digits: $0) }
    guard 1...3 ~= numbers.count, numbers.count == parts.count, parts[0].utf8.count == 4,
      parts.dropFirst().allSatisfy({ $0.utf8.count <= 2 }),
      let day = CalendarDate(
        year: numbers[0], month: numbers.count > 1 ? numbers[1] : 1, day: numbers.count > 2 ? numbers[2] : 1)
    else { return nil }
    return (day, rest)
  }

  /// Takes `10 Jun 2003`, `June 10 2003`, `10-Jun-03` or asctime's `Jun 10 04:00:00 2003`.
  private static func namedDay(_ words: [String]) -> (CalendarDate, [String])? {
    var words = words
    let parts = words[0].split(separator: "-").map { String($0) }
    if parts.count == 3 { words.replaceSubrange(0...0, with: parts) }
    guard words.count >= 3, let place = [1, 0].first(where: { month(words[$0]) != nil }),
      let month = month(words[place])
    else { return nil }
    let day = words[1 - place]
    words.removeFirst(2)
    var yearPlace = 0
    if place == 0, words[0].contains(":") {
      guard let found = words.indices.last(where: { words[$0].utf8.count == 4 && Int(digits: words[$0]) != nil }) else {
        return nil
      }
      yearPlace = found
    }
    guard day.utf8.count <= 4, let number = Int(digits: day.filter(\.isNumber)), let year = year(words[yearPlace]),
      let date = CalendarDate(year: year, month: month, day: number)
    else { return nil }
    words.remove(at: yearPlace)
    return (date, words)
  }

  /// The century of a year of two or three digits is that of RFC 5322, 4.3.
  private static func year(_ text: String) -> Int? {
    guard 2...4 ~= text.utf8.count, let year = Int(digits: text) else { return nil }
    switch text.utf8.count {
    case 2: return year + (year < 50 ? 2000 : 1900)
    case 3: return year + 1900
    default: return year
    }
  }

  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  private static func month(_ word: String) -> Int? {
    guard word.first?.isLetter == true else { return nil }
    return months.firstIndex(of: String(word.lowercased().prefix(3))).map { $0 + 1 }
  }
}
