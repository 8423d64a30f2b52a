import Time

/// The key of a file with the first and the last date of its records: `weekly/{min}__{max}.json`.
struct LinesKey: Equatable, Sendable {
  /// The texts before, between and behind the dates.
  private let before: String
  private let between: String
  private let after: String

  init() { (before, between, after) = ("", "__", ".json") }

  /// - Returns: nil unless the text has `{min}` and behind it `{max}`, each once, and no other braces.
  init?(_ text: String) {
    guard let first = text.firstRange(of: "{min}"), let last = text.firstRange(of: "{max}"),
      first.upperBound <= last.lowerBound
    else { return nil }
    before = String(text[..<first.lowerBound])
    between = String(text[first.upperBound..<last.lowerBound])
    after = String(text[last.upperBound...])
    guard ![before, between, after].contains(where: { $0.contains("{") || $0.contains("}") }) else { return nil }
  }

  /// The folder of all files, with `/` at its end; empty for the bucket itself.
  var folder: String {
    before.lastIndex(of: "/").map { String(before[...$0]) } ?? ""
  }

  func key(of dates: ClosedRange<CalendarDate>) -> String {
    "\(before)\(dates.lowerBound)\(between)\(dates.upperBound)\(after)"
  }

  /// Returns the dates of a key; nil for one that is no file's.
  func dates(of key: String) -> ClosedRange<CalendarDate>? {
    let length = 10
    let texts = before.utf8.count + between.utf8.count + after.utf8.count
    guard key.hasPrefix(before), key.utf8.count == texts + 2 * length else { return nil }
    let rest = key.utf8.dropFirst(before.utf8.count)
    guard let first = CalendarDate(String(decoding: rest.prefix(length), as: UTF8.self)),
      let last = CalendarDate(
        String(decoding: rest.dropFirst(length + between.utf8.count).prefix(length), as: UTF8.self)),
      first <= last, self.key(of: first...last).utf8.elementsEqual(key.utf8)
    else { return nil }
    return first...last
  }
}
