/// A line with which a day begins: a weekday's name, and behind it nothing, a bracket, a dash or a colon.
struct DayHeader: Equatable {
  let line: String
  /// 0 for Sunday to 6 for Saturday.
  let weekday: Int
  /// True for a line such as `Monday - Friday`.
  let isOfSeveralDays: Bool

  private typealias Scalars = Substring.UnicodeScalarView

  private static let names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

  /// - Parameter line: one whose white space was collapsed.
  /// - Returns: nil for any other line: a weekday's name in prose begins no day.
  init?(_ line: String) {
    guard let (weekday, behind) = Self.day(line.lowercased()[...]) else { return nil }
    let rest = behind.drop { $0 == " " }
    let isDash = rest.first?.isDash ?? false
    guard rest.first.map({ $0 == "(" || $0 == ":" || isDash }) ?? true else { return nil }
    self.line = line
    self.weekday = weekday
    let next = isDash ? Self.day(Substring(rest.dropFirst().drop { $0 == " " })) : nil
    // `Monday - Sundays are free` names one day.
    isOfSeveralDays = next.map { !($0.behind.first?.properties.isAlphabetic ?? false) } ?? false
  }

  /// Returns the weekday with which a text in lower case begins, and what is behind it.
  private static func day(_ text: Substring) -> (weekday: Int, behind: Scalars)? {
    guard let weekday = names.firstIndex(where: { text.utf8.starts(with: $0.utf8) }) else { return nil }
    return (weekday, text.unicodeScalars.dropFirst(names[weekday].unicodeScalars.count))
  }

  /// True for a line that begins with a weekday's name as a word, and may or may not be a header: `Tuesday, March 5`.
  static func beginsWithDay(_ line: String) -> Bool {
    guard let behind = day(line.lowercased()[...])?.behind else { return false }
    return behind.first.map { !$0.properties.isAlphabetic && !["'", "\u{2019}", "\u{2BC}"].contains($0) } ?? true
  }

  /// True if it looks like a sentence: `Friday (if you have time) repeat this`.
  var isLikeProse: Bool {
    guard !isRestDay, !namesSession else { return false }
    return line.split(separator: " ").count > Self.wordsOfHeaders
      || line.unicodeScalars.last.map { [".", "!", "?"].contains($0) } ?? false
  }
  private static let wordsOfHeaders = 6

  /// True if it says that nothing is done on this day.
  var isRestDay: Bool { line.lowercased().contains("rest day") }
  /// True if it names a session: `Monday (Session One)`.
  var namesSession: Bool { line.lowercased().contains("session") }
}

extension Unicode.Scalar {
  /// True for a hyphen, a dash or a minus sign.
  var isDash: Bool {
    ["-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}"].contains(self)
  }
}
