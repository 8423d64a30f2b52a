import FoundationEssentials
import JSON
import Text
import Time

/// Reads the times of a document's records.
struct DocumentTimes: Sendable {
  /// Times without a zone are in UTC.
  static let utc = DocumentTimes(zone: nil)

  /// The zone of times that have none; nil for UTC.
  let zone: TimeZoneRules?

  /// Reads `2024-05-31T20:00:00-05:00`, `2024-05-31 20:00`, whose zone is the dataset's, or `2024-05-31`, the beginning of
  /// the day there. A number is no time: it may be of seconds or of milliseconds.
  func read(_ value: JSONValue) -> Date? { value.string.flatMap { read($0) } }

  func read(_ text: String) -> Date? {
    let text = text.trimming { $0 == " " }
    if let (date, _) = RFC3339.parse(String(text)) { return date }
    guard text.utf8.count >= 10, let end = text.utf8.index(text.startIndex, offsetBy: 10, limitedBy: text.endIndex),
      let day = CalendarDate(text[..<end])
    else { return nil }
    var clock = text[end...]
    guard !clock.isEmpty else { return date(day, 0) }
    guard let separator = clock.utf8.popFirst(), [UInt8(ascii: "T"), UInt8(ascii: "t"), 0x20].contains(separator)
    else { return nil }
    if let (date, _) = RFC3339.parse("\(day)T\(clock)") { return date }
    let whole = clock.utf8.count == 5 ? "\(clock):00" : String(clock)
    guard let (asUTC, _) = RFC3339.parse("\(day)T\(whole)Z") else { return nil }
    return date(day, asUTC.timeIntervalSince1970 - Double(day.daysSinceEpoch) * 86_400)
  }

  private func date(_ day: CalendarDate, _ seconds: Double) -> Date {
    let whole = Int(seconds.rounded(.down))
    let start =
      zone?.date(day, hour: 0, minute: 0, second: whole)
      ?? Date(timeIntervalSince1970: Double(day.daysSinceEpoch * 86_400 + whole))
    return start + (seconds - Double(whole))
  }
}

/// A duration as a definition writes it: `36h`.
struct DocumentAge: Comparable, Sendable, CustomStringConvertible {
  private static let units: [(letter: Character, seconds: Int)] = [
    ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800),
  ]

  let seconds: Int
  let description: String

  /// - Returns: nil for a text that is not a number with one of the letters s, m, h, d and w.
  init?(_ text: String) {
    guard let unit = Self.units.first(where: { text.last == $0.letter }), text.utf8.count <= 7,
      text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text.dropLast()), number > 0
    else { return nil }
    seconds = number * unit.seconds
    description = text
  }

  /// - Parameter seconds: any number; the description has the unit in which it is at least two.
  init(seconds: Int) {
    self.seconds = seconds
    let unit = Self.units.dropLast().last { seconds.magnitude >= 2 * $0.seconds.magnitude } ?? Self.units[0]
    description = "\(seconds / unit.seconds)\(unit.letter)"
  }

  static func == (left: DocumentAge, right: DocumentAge) -> Bool { left.seconds == right.seconds }
  static func < (left: DocumentAge, right: DocumentAge) -> Bool { left.seconds < right.seconds }
}
