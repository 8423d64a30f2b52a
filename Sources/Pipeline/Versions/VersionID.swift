import FoundationEssentials
import Text
import Time

/// The identity of a version: the time at which it was made, in UTC: `v20261128_030000_000000`. The order of the ids is that
/// of the versions, also as texts.
public struct VersionID: Hashable, Comparable, Sendable {
  /// The characters of an id.
  static let length = 23

  /// Since 1970-01-01 in UTC.
  public let microseconds: Int

  private init(microseconds: Int) { self.microseconds = microseconds }

  public init(at time: Date) { microseconds = Int((time.timeIntervalSince1970 * 1e6).rounded()) }

  /// Reads `vYYYYMMDD_HHMMSS_ffffff`; nil for any other text, and for a time that does not exist.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == Self.length, bytes[0] == UInt8(ascii: "v"), bytes[9] == UInt8(ascii: "_"),
      bytes[16] == UInt8(ascii: "_")
    else { return nil }
    func number(_ range: Range<Int>) -> Int? { Int(digits: String(decoding: bytes[range], as: UTF8.self)) }
    guard let year = number(1..<5), let month = number(5..<7), let day = number(7..<9),
      let date = CalendarDate(year: year, month: month, day: day), let hour = number(10..<12), hour < 24,
      let minute = number(12..<14), minute < 60, let second = number(14..<16), second < 60,
      let fraction = number(17..<23)
    else { return nil }
    let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second
    microseconds = seconds * 1_000_000 + fraction
  }

  /// Returns the id of a version that is made now: greater than that of the current one, whatever the clock says.
  public static func next(after current: VersionID?, at now: Date) -> VersionID {
    let own = VersionID(at: now)
    guard let current, own <= current else { return own }
    return VersionID(microseconds: current.microseconds + 1)
  }

  public var time: Date { Date(timeIntervalSince1970: Double(microseconds) / 1e6) }

  public static func < (left: VersionID, right: VersionID) -> Bool { left.microseconds < right.microseconds }
}

extension VersionID: CustomStringConvertible {
  public var description: String {
    let seconds = (microseconds - Self.fraction(microseconds)) / 1_000_000
    // 2026-11-28T03:00:00+00:00
    let digits = RFC3339.string(Date(timeIntervalSince1970: Double(seconds)), offset: 0).utf8
      .filter { (0x30...0x39).contains($0) }
    let fraction = String(Self.fraction(microseconds))
    return "v\(String(decoding: digits[..<8], as: UTF8.self))_\(String(decoding: digits[8..<14], as: UTF8.self))_"
      + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
  }

  private static func fraction(_ microseconds: Int) -> Int { ((microseconds % 1_000_000) + 1_000_000) % 1_000_000 }
}
