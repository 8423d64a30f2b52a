import FoundationEssentials
import Text
import Time

/// The time of a point with the offset of its source: `2024-02-24T00:00:00-03:00`.
public struct PointTime: Hashable, Sendable {
  /// Whole seconds since 1970-01-01 in UTC.
  public let seconds: Int
  public let nanoseconds: Int32
  /// Seconds east of UTC.
  public let offset: Int32

  /// Reads RFC 3339 with an offset, with up to nine digits of a fraction.
  /// - Returns: nil for another text, and for a time that does not exist.
  public init?(_ text: String) {
    guard let (date, offset) = RFC3339.parse(text) else { return nil }
    var nanoseconds: Int32 = 0
    let bytes = text.utf8.span
    if bytes[19] == UInt8(ascii: ".") {
      var (index, unit) = (20, Int32(100_000_000))
      while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
        nanoseconds += Int32(bytes[index] - 0x30) * unit
        unit /= 10
        index += 1
      }
    }
    // A fraction that rounds up to a whole second in a Double belongs to the second before it.
    let whole = date.timeIntervalSince1970 - Double(nanoseconds) / 1e9
    self.seconds = Int(whole.rounded())
    self.nanoseconds = nanoseconds
    self.offset = Int32(offset)
  }

  /// The month of the time's own offset, in which the point is stored.
  public var localMonth: (year: Int, month: Int) {
    let local = seconds + Int(offset)
    let day = CalendarDate(daysSinceEpoch: (local - ((local % 86_400) + 86_400) % 86_400) / 86_400)
    return (day.year, day.month)
  }

  /// True if both are one instant, whatever their offsets are.
  public func isSameInstant(as other: PointTime) -> Bool {
    seconds == other.seconds && nanoseconds == other.nanoseconds
  }

  /// True if the instant is earlier.
  public func isBefore(_ other: PointTime) -> Bool {
    (seconds, nanoseconds) < (other.seconds, other.nanoseconds)
  }
}

extension PointTime: CustomStringConvertible {
  /// As Python's `isoformat` writes it.
  public var description: String {
    let whole = RFC3339.string(Date(timeIntervalSince1970: Double(seconds)), offset: Int(offset))
    guard nanoseconds != 0 else { return whole }
    let digits = String(nanoseconds)
    let fraction = String(repeating: "0", count: 9 - digits.utf8.count) + digits
    return "\(whole.prefix(19)).\(nanoseconds % 1000 == 0 ? fraction.prefix(6) : fraction[...])\(whole.dropFirst(19))"
  }
}
