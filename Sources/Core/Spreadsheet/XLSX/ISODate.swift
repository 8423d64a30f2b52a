import Time

/// Dates that a cell of the type `d` has as text: `2024-05-31`, `2024-05-31T20:00:00.000` or `20:00:00`. Excel writes none,
/// a few other programs do.
enum ISODate {
  /// Returns the serial of a text; nil if it is no date after 1900.
  static func serial(of text: [UInt8], system: SpreadsheetDate.System) -> Double? {
    var text = String(decoding: text, as: UTF8.self)[...]
    if text.hasSuffix("Z") { text.removeLast() }
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first else { return nil }
    if let date = CalendarDate(first) {
      guard let day = day(date, system) else { return nil }
      guard parts.count == 2 else { return day }
      return time(parts[1]).map { day + $0 }
    }
    return parts.count == 1 ? time(first) : nil
  }

  private static func day(_ date: CalendarDate, _ system: SpreadsheetDate.System) -> Double? {
    let days = date.daysSinceEpoch
    let serial =
      switch system {
      // Day 60 is one that did not exist.
      case .from1900: days + 25_569 > 60 ? days + 25_569 : days + 25_568
      case .from1904: days + 24_107
      }
    return serial >= 0 ? Double(serial) : nil
  }

  /// Returns the fraction of a day.
  private static func time(_ text: Substring) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isDecimal = text.utf8.allSatisfy { 0x30...0x3A ~= $0 || $0 == UInt8(ascii: ".") }
    let numbers = parts.compactMap { Double($0) }
    guard isDecimal, numbers.count == parts.count, (2...3).contains(parts.count), numbers[0] < 24, numbers[1] < 60,
      numbers.count < 3 || numbers[2] < 60
    else { return nil }
    let seconds = numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    return seconds / 86_400
  }
}
