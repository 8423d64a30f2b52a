import FoundationEssentials
import Text
import Time

/// A date with a time of day, as a text has it.
struct LocalTime: Equatable {
  var day: CalendarDate
  /// Seconds since midnight, 86,400 for 24:00; nil if the text has no time.
  var second: Int?
  /// The digits of the fraction of a second.
  var fraction = ""
  /// Seconds east of UTC; nil if the text has no offset.
  var offset: Int?

  /// The instants of the years 1 to 9999.
  private static let instants = -62_135_596_800.0...253_402_300_799.0

  /// Returns the instant as RFC 3339: `2024-01-02T03:04:05.50+02:00`, in UTC with `Z`. A text without an offset is in the
  /// zone; gap and overlap are as `TimeZoneRules.date` has them.
  /// - Parameters:
  ///   - zone: nil for UTC.
  ///   - defaultSecond: the time of a date without one.
  /// - Returns: nil if there is no time, or the instant is not in the years 1 to 9999.
  func timestamp(in zone: TimeZoneRules?, defaultSecond: Int?) -> String? {
    guard let second = second ?? defaultSecond else { return nil }
    let instant: Date
    if offset == nil, let zone {
      instant = zone.date(day, hour: second / 3600, minute: second / 60 % 60, second: second % 60)
    } else {
      instant = Date(timeIntervalSince1970: Double(day.daysSinceEpoch * 86_400 + second - (offset ?? 0)))
    }
    guard Self.instants.contains(instant.timeIntervalSince1970) else { return nil }
    let shownOffset = offset ?? zone?.offset(at: instant) ?? 0
    // An offset of whole minutes is written. Where the zone's has seconds (Buenos Aires before 1920), the local time stays,
    // which is what the source says, and the instant moves by less than a minute.
    let shown = offset == nil ? instant.addingTimeInterval(Double(shownOffset % 60)) : instant
    let text = RFC3339.string(shown, offset: shownOffset)
    let zoneText = text.hasSuffix("+00:00") ? "Z" : String(text.dropFirst(19))
    return "\(text.prefix(19))\(fraction.isEmpty ? "" : ".\(fraction)")\(zoneText)"
  }

  /// Reads an ISO 8601 calendar date, alone or with a time: `2024-01-15`, `20240115T1030`, `2024-01-15 10:30:00,25+0200`.
  /// - Returns: nil for any other text, and for a day or a time that does not exist.
  init?(iso8601 text: String) {
    var bytes = Array(text.trimmed.utf8)[...]
    guard let year = Self.number(4, &bytes) else { return nil }
    let isExtended = Self.take("-", &bytes)
    guard let month = Self.number(2, &bytes), !isExtended || Self.take("-", &bytes),
      let dayNumber = Self.number(2, &bytes), let day = CalendarDate(year: year, month: month, day: dayNumber)
    else { return nil }
    self.day = day
    guard !bytes.isEmpty else { return }
    guard Self.take("T", &bytes) || Self.take("t", &bytes) || Self.take(" ", &bytes) else { return nil }
    guard let hour = Self.number(2, &bytes) else { return nil }
    var second = hour * 3600
    let hasColon = Self.take(":", &bytes)
    if let minute = Self.number(2, &bytes) {
      guard minute < 60 else { return nil }
      second += minute * 60
      if hasColon ? Self.take(":", &bytes) : bytes.first?.isASCIIDigit == true {
        guard let rest = Self.number(2, &bytes), rest < 60 else { return nil }
        second += rest
        if Self.take(".", &bytes) || Self.take(",", &bytes) {
          let digits = bytes.prefix(while: \.isASCIIDigit)
          guard (1...Self.maximumFraction).contains(digits.count) else { return nil }
          fraction = String(decoding: digits, as: UTF8.self)
          bytes = bytes.dropFirst(digits.count)
        }
      }
    } else if hasColon {
      return nil
    }
    guard hour < 24 || second == 86_400 && fraction.allSatisfy({ $0 == "0" }) else { return nil }
    self.second = second
    guard !bytes.isEmpty else { return }
    guard let offset = Self.offset(&bytes), bytes.isEmpty else { return nil }
    self.offset = offset
  }

  private static let maximumFraction = 30

  init(day: CalendarDate, second: Int?, fraction: String = "", offset: Int?) {
    self.day = day
    self.second = second
    self.fraction = fraction
    self.offset = offset
  }

  /// Reads `Z`, `+02:00`, `+0200` or `+02`.
  static func offset(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    if take("Z", &bytes) || take("z", &bytes) { return 0 }
    let isNegative = bytes.first == UInt8(ascii: "-")
    guard isNegative || bytes.first == UInt8(ascii: "+") else { return nil }
    bytes.removeFirst()
    guard let hours = number(2, &bytes), hours < 24 else { return nil }
    let hasColon = take(":", &bytes)
    var size = hours * 3600
    if let minutes = number(2, &bytes) {
      guard minutes < 60 else { return nil }
      size += minutes * 60
    } else if hasColon {
      return nil
    }
    return isNegative ? -size : size
  }

  /// Takes exactly so many digits; nothing if there are fewer.
  static func number(_ count: Int, _ bytes: inout ArraySlice<UInt8>) -> Int? {
    let digits = bytes.prefix(count)
    guard digits.count == count, digits.allSatisfy(\.isASCIIDigit) else { return nil }
    bytes = bytes.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  static func take(_ character: Unicode.Scalar, _ bytes: inout ArraySlice<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: character) else { return false }
    bytes.removeFirst()
    return true
  }
}
