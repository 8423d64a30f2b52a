import FoundationEssentials

/// Timestamps such as `2024-05-31T15:00:00-05:00`: https://www.rfc-editor.org/rfc/rfc3339.html#section-5.6
public enum RFC3339 {
  /// Formats an instant with a numeric offset, in whole seconds (a fraction is dropped). The format allows offsets of whole
  /// minutes only. The seconds of an offset (local mean time, before 1883 in America/Chicago) are dropped from offset and
  /// local time alike, so that the text means the same instant.
  /// - Parameter offset: seconds east of UTC.
  public static func string(_ date: Date, offset: Int) -> String {
    let minutes = offset / 60
    let local = date.wholeSeconds + minutes * 60
    let days = local.flooredQuotient(86_400)
    let second = local - days * 86_400
    let size = abs(minutes)
    return "\(CalendarDate(daysSinceEpoch: days))T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2))"
      + ":\(padded(second % 60, 2))\(minutes < 0 ? "-" : "+")\(padded(size / 60, 2)):\(padded(size % 60, 2))"
  }

  /// Formats an instant in UTC with milliseconds, rounded down: `2024-05-31T20:00:00.000Z`. Used in log lines.
  public static func utc(_ date: Date) -> String {
    var bytes: [UInt8] = []
    writeUTC(microseconds: Int((date.secondsInCalendar * 1000).rounded(.down)) * 1000, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends an instant as `utc(_:)` formats it. A page of an API has thousands of them.
  /// - Parameter microseconds: since 1970, limited to the years 1 to 9999.
  public static func writeUTC(microseconds: Int, into bytes: inout [UInt8]) {
    let microseconds = min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
    let day = microseconds.flooredQuotient(86_400_000_000)
    let time = (microseconds - day * 86_400_000_000) / 1000
    let date = CalendarDate(daysSinceEpoch: day)
    let start = bytes.count
    bytes.append(contentsOf: "0000-00-00T00:00:00.000Z".utf8)
    var text = bytes.mutableSpan
    text.write(date.year, before: start + 4)
    text.write(date.month, before: start + 7)
    text.write(date.day, before: start + 10)
    text.write(time / 3_600_000, before: start + 13)
    text.write(time / 60_000 % 60, before: start + 16)
    text.write(time / 1000 % 60, before: start + 19)
    text.write(time % 1000, before: start + 23)
  }

  /// Formats an instant like `utc(_:)`, but rounds to the nearest millisecond: a time in whole milliseconds is written
  /// exactly, although its floating-point number may be slightly less.
  public static func utc(roundingToMilliseconds date: Date) -> String { utc(date.addingTimeInterval(0.0005)) }

  /// Parses a timestamp with its offset in seconds east of UTC (`Z` is 0). Returns nil if the text has another format, a day
  /// or a time that does not exist, or a leap second, which Unix time cannot represent.
  public static func parse(_ text: String) -> (date: Date, offset: Int)? {
    let bytes = text.utf8Span.span
    guard bytes.count >= 20, let day = CalendarDate(utf8: bytes.extracting(0..<10)),
      bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
      let hour = bytes.number(at: 11..<13, below: 24), bytes[13] == UInt8(ascii: ":"),
      let minute = bytes.number(at: 14..<16, below: 60), bytes[16] == UInt8(ascii: ":"),
      let second = bytes.number(at: 17..<19, below: 60)
    else { return nil }
    var end = 19
    var fraction = 0.0
    if bytes[end] == UInt8(ascii: ".") {
      end += 1
      guard bytes.digit(at: end) != nil else { return nil }
      // A Double represents 15 digits exactly; further digits are ignored.
      var (digits, unit) = (0.0, 1.0)
      while let digit = bytes.digit(at: end) {
        if unit < 1e15 { (digits, unit) = (digits * 10 + Double(digit), unit * 10) }
        end += 1
      }
      fraction = digits / unit
    }
    guard let offset = offset(bytes.extracting(end...)) else { return nil }
    let whole = day.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - offset
    return (Date(timeIntervalSince1970: Double(whole) + fraction), offset)
  }

  /// Parses `Z` or `±hh:mm` into seconds.
  private static func offset(_ bytes: Span<UInt8>) -> Int? {
    if bytes.count == 1, bytes[0] == UInt8(ascii: "Z") || bytes[0] == UInt8(ascii: "z") { return 0 }
    guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      let hours = bytes.number(at: 1..<3, below: 24), bytes[3] == UInt8(ascii: ":"),
      let minutes = bytes.number(at: 4..<6, below: 60)
    else { return nil }
    let size = hours * 3600 + minutes * 60
    return bytes[0] == UInt8(ascii: "-") ? -size : size
  }
}

extension Span<UInt8> {
  fileprivate func number(at range: Range<Int>, below limit: Int) -> Int? {
    number(at: range).flatMap { $0 < limit ? $0 : nil }
  }
}

extension MutableSpan<UInt8> {
  /// Writes a number's digits over zeros that end before a place.
  fileprivate mutating func write(_ number: Int, before end: Int) {
    var (rest, index) = (number, end)
    while rest > 0 {
      index -= 1
      self[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}
