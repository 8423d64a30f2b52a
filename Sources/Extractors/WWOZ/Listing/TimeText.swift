import Text

/// The beginning of a text that names a time and more: `7:00pm CDT`, `20:00`, `7-9pm`, `8:00pm & 10:00pm`.
struct TimeText {
  /// The time at which the text begins, if it has one meaning.
  let beginning: ClockTime?
  /// True if the text is nothing but one time, or two clear ones with a dash between them.
  let isPlain: Bool

  init(_ text: String) {
    if let time = ClockTime(text) {
      (beginning, isPlain) = (time, true)
      return
    }
    let ends = text.replacing(" to ", with: "-").split { Self.dashes.contains($0) }
    if ends.count == 2, let start = ClockTime(ends[0]), ClockTime(ends[1]) != nil {
      (beginning, isPlain) = (start, true)
      return
    }
    var rest = Array(text.lowercased().utf8)[...]
    Self.skipWords(&rest)
    beginning = Self.beginning(of: rest)
    isPlain = false
  }

  private static let dashes = "-–—−‐‑‒―~"

  /// Words before a time that say nothing about it. `doors` and `until` are not among them: theirs is another time.
  private static let skipped: Set<String> = [
    "at", "@", "from", "starts", "starting", "start", "begins", "beginning", "show", "shows", "showtime", "music",
    "live",
    "set", "sets", "time", "sold", "out", "soldout", "early", "late", "approx", "approximately", "around", "about",
    "ca",
    "circa", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu",
    "fri", "sat", "sun", "cancelled", "canceled", "new", "",
  ]
  /// Zones that may follow without a space.
  fileprivate static let zones = ["cdt", "cst", "ct", "central"]

  private static func skipWords(_ rest: inout ArraySlice<UInt8>) {
    while let first = rest.first, !first.isASCIIDigit {
      let word = rest.prefix { $0 != 0x20 }
      if skipped.contains(letters(of: word)) {
        rest = rest.dropFirst(word.count).drop { $0 == 0x20 }
        continue
      }
      // `(8pm)`, `–8pm`, but not `$8`.
      let sign = word.prefix { !$0.isASCIIDigit }
      if letters(of: sign).isEmpty, !sign.contains(where: { "$~<>.+#".utf8.contains($0) }) {
        rest = rest.dropFirst(sign.count)
      }
      return
    }
  }

  /// Returns a word without what is no letter, digit or `@`.
  private static func letters(of word: ArraySlice<UInt8>) -> String {
    let scalars = String(decoding: word, as: UTF8.self).unicodeScalars
    return String(
      String.UnicodeScalarView(
        scalars.filter {
          $0 == "@" || $0 == "$" || $0.properties.isAlphabetic || $0.properties.numericType != nil
        }))
  }

  private static func beginning(of text: ArraySlice<UInt8>) -> ClockTime? {
    var rest = text
    if let noon = takeNoon(&rest) { return noon }
    guard let first = Clock(taking: &rest) else { return nil }
    if let isAfternoon = first.isAfternoon {
      return ClockTime(hour: first.hour, minute: first.minute, isAfternoon: isAfternoon)
    }
    // Of the 24-hour clock, when a 12-hour clock has no such time.
    if first.hasMinutes, !(1...12).contains(first.hour) { return ClockTime(hour: first.hour, minute: first.minute) }
    return start(first, beforeEndIn: rest)
  }

  /// Returns the beginning of `7-9pm`: of the two times that it may be, the one shortly before the end. So `10-2am` begins
  /// in the evening and `11-1pm` in the morning. Nil if the text has no such end.
  private static func start(_ first: Clock, beforeEndIn text: ArraySlice<UInt8>) -> ClockTime? {
    var rest = text
    guard takeSeparator(&rest) else { return nil }
    let end: ClockTime
    if let noon = takeNoon(&rest) {
      end = noon
    } else if rest.starts(with: "midnight".utf8), let midnight = ClockTime(hour: 0, minute: 0) {
      // As an end it has one meaning.
      end = midnight
    } else if let clock = Clock(taking: &rest), let isAfternoon = clock.isAfternoon,
      let time = ClockTime(hour: clock.hour, minute: clock.minute, isAfternoon: isAfternoon)
    {
      end = time
    } else {
      return nil
    }
    return [false, true].compactMap { ClockTime(hour: first.hour, minute: first.minute, isAfternoon: $0) }
      .first { (1..<720).contains((end.minutes - $0.minutes + 1440) % 1440) }
  }

  private static func takeNoon(_ rest: inout ArraySlice<UInt8>) -> ClockTime? {
    for word in ["noon", "12 noon", "12noon", "12:00 noon", "12:00noon"] where rest.starts(with: word.utf8) {
      let after = rest.dropFirst(word.utf8.count)
      guard after.first.map({ !$0.isASCIIAlphanumeric }) ?? true else { continue }
      rest = after
      return ClockTime(hour: 12, minute: 0)
    }
    return nil
  }

  /// Takes what stands between two times: a dash, `to`, `&`, `/` and the like.
  private static func takeSeparator(_ rest: inout ArraySlice<UInt8>) -> Bool {
    rest = rest.drop { $0 == 0x20 }
    for word in ["to ", "until ", "till ", "til ", "and ", "&", "+", "/", ","] + dashes.map(String.init)
    where rest.starts(with: word.utf8) {
      rest = rest.dropFirst(word.utf8.count).drop { $0 == 0x20 }
      return true
    }
    return false
  }
}

/// A time of a 12-hour or a 24-hour clock as it is written.
private struct Clock {
  let hour: Int
  let minute: Int
  let hasMinutes: Bool
  /// Nil if neither a.m. nor p.m. is written.
  let isAfternoon: Bool?

  /// Reads `8`, `8:30`, `8.30`, `20h30`, each also with `am`, `p.m.` or `p`; nil if the text does not begin so.
  init?(taking text: inout ArraySlice<UInt8>) {
    var rest = text
    let hours = rest.prefix(while: \.isASCIIDigit)
    guard (1...2).contains(hours.count), let hour = Int(String(decoding: hours, as: UTF8.self)) else { return nil }
    rest = rest.dropFirst(hours.count)
    var minute = 0
    var hasMinutes = false
    if let separator = rest.first, ":.h".utf8.contains(separator) {
      let digits = rest.dropFirst().prefix(while: \.isASCIIDigit)
      if digits.count == 2, let number = Int(String(decoding: digits, as: UTF8.self)) {
        (minute, hasMinutes) = (number, true)
        rest = rest.dropFirst(3)
      } else if !digits.isEmpty || separator != UInt8(ascii: ".") {
        return nil
      }
    }
    let isAfternoon = Self.takeHalf(of: &rest)
    // `20:00h`
    if hasMinutes, isAfternoon == nil, rest.first == UInt8(ascii: "h") { rest = rest.dropFirst() }
    // A letter or a digit that follows belongs to another word: `8ish`, `8:00:00`.
    if let next = rest.first, next.isASCIIAlphanumeric || isAfternoon == nil && next == UInt8(ascii: ":") { return nil }
    (self.hour, self.minute, self.hasMinutes, self.isAfternoon) = (hour, minute, hasMinutes, isAfternoon)
    text = rest
  }

  private static func takeHalf(of text: inout ArraySlice<UInt8>) -> Bool? {
    let rest = text.drop { $0 == 0x20 }
    for (word, isAfternoon) in [
      ("a.m.", false), ("p.m.", true), ("a.m", false), ("p.m", true), ("am", false),
      ("pm", true), ("a", false), ("p", true),
    ]
    where rest.starts(with: word.utf8) {
      let after = rest.dropFirst(word.utf8.count)
      // Not the article in `8 a night`, nor the letters of another word.
      let letters = String(decoding: after.prefix(while: \.isASCIIAlphanumeric), as: UTF8.self)
      if !letters.isEmpty, word.utf8.count < 2 || !TimeText.zones.contains(letters) { continue }
      if word.utf8.count == 1, rest.startIndex != text.startIndex { continue }
      text = after.dropFirst(letters.utf8.count)
      return isAfternoon
    }
    return nil
  }
}
