import Text

extension FeedDate {
  /// Parses the time at the beginning of a word: `04:00:00.250`, `04:00` or `040000`.
  /// - Returns: the time, and what follows it in the word, such as its zone.
  static func time(_ word: String) -> ((hour: Int, minute: Int, second: Int), rest: String)? {
    let end = word.firstIndex { !$0.isNumber && $0 != ":" && $0 != "." } ?? word.endIndex
    var parts = word[..<end].split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
    // A fraction, also one with a comma, was divided off or is dropped.
    parts[parts.count - 1] = String(parts[parts.count - 1].prefix { $0 != "." })
    if parts.count == 1, [4, 6].contains(parts[0].utf8.count) {
      let digits = Array(parts[0])
      parts = stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<($0 + 2)]) }
    }
    let numbers = parts.compactMap { 1...2 ~= $0.utf8.count ? Int(digits: $0) : nil }
    guard numbers.count == parts.count, 1...3 ~= numbers.count else { return nil }
    let time = (numbers[0], numbers.count > 1 ? numbers[1] : 0, numbers.count > 2 ? numbers[2] : 0)
    // 24:00 is the end of the day, and 60 a leap second.
    guard time.0 < 24 || time == (24, 0, 0), time.1 < 60, time.2 <= 60 else { return nil }
    return (time, String(word[end...]))
  }

  /// Returns the seconds east of UTC that words such as `EST`, `+0200`, `-05:00`, `Z` or `GMT+2` mean; nil for others.
  static func offset(_ words: [String], _ unknown: inout String?) -> Int? {
    guard let word = words.first?.uppercased() else { return 0 }
    let sign = word.firstIndex { $0 == "+" || $0 == "-" }
    let name = String(word[..<(sign ?? word.endIndex)])
    guard let sign else {
      guard name.allSatisfy({ $0.isLetter || $0 == "/" || $0 == "." }) else { return nil }
      if words.count > 1, names[name] == 0, let first = words[1].first, first == "+" || first == "-" {
        return offset(Array(words.dropFirst()), &unknown)
      }
      if names[name] == nil { unknown = String(name.prefix(20)) }
      return names[name] ?? 0
    }
    guard name.isEmpty || names[name] == 0 else { return nil }
    let digits = word[sign...].dropFirst().filter { $0 != ":" }
    guard 1...4 ~= digits.utf8.count, let number = Int(digits: digits) else { return nil }
    let (hours, minutes) = digits.utf8.count > 2 ? (number / 100, number % 100) : (number, 0)
    guard hours < 24, minutes < 60 else { return nil }
    return (hours * 3600 + minutes * 60) * (word[sign] == "-" ? -1 : 1)
  }

  /// The hours of zones that RFC 822 and RFC 5322 name, in seconds, and of some that mean UTC.
  private static let names: [String: Int] = [
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "ETC/GMT": 0, "ETC/UTC": 0, "EST": -5 * 3600, "EDT": -4 * 3600,
    "CST": -6 * 3600, "CDT": -5 * 3600, "MST": -7 * 3600, "MDT": -6 * 3600, "PST": -8 * 3600, "PDT": -7 * 3600,
    "AST": -4 * 3600, "ADT": -3 * 3600, "ET": -5 * 3600, "CT": -6 * 3600, "MT": -7 * 3600, "PT": -8 * 3600,
  ]
}
