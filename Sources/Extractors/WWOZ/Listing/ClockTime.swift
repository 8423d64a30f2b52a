import Text

/// A time of day on the wall clock of the listing's zone.
public struct ClockTime: Hashable, Sendable {
  /// 0 to 23.
  public let hour: Int
  public let minute: Int

  public init?(hour: Int, minute: Int) {
    guard (0..<24).contains(hour), (0..<60).contains(minute) else { return nil }
    self.hour = hour
    self.minute = minute
  }

  /// Reads a text with one possible meaning: `3:00pm`, `3 p.m.`, `noon`. Returns nil for `midnight`, which may begin or end
  /// the day, for `8:00`, which may be morning or evening, and for any text beside the time. `TimeText` reads those.
  init?(_ text: some StringProtocol) {
    var text = String(text).withPlainSpaces.lowercased().filter { $0 != " " }
    if text.hasSuffix(".m.") { text = text.dropLast(3) + "m" }
    if ["noon", "12noon", "12:00noon"].contains(text) { text = "12:00pm" }
    let isAfternoon = text.hasSuffix("pm")
    guard isAfternoon || text.hasSuffix("am") else { return nil }
    let parts = text.dropLast(2).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts[0].utf8.count <= 2, let hour = Int(digits: parts[0]) else { return nil }
    var minute = 0
    if parts.count == 2 {
      guard parts[1].utf8.count == 2, let number = Int(digits: parts[1]) else { return nil }
      minute = number
    }
    self.init(hour: hour, minute: minute, isAfternoon: isAfternoon)
  }

  /// - Parameter hour: 1 to 12.
  init?(hour: Int, minute: Int, isAfternoon: Bool) {
    guard (1...12).contains(hour) else { return nil }
    self.init(hour: hour % 12 + (isAfternoon ? 12 : 0), minute: minute)
  }

  /// The minutes since midnight.
  var minutes: Int { hour * 60 + minute }
}

extension ClockTime: CustomStringConvertible {
  /// The time of a 24-hour clock: `19:00`.
  public var description: String { "\(hour):\(minute < 10 ? "0" : "")\(minute)" }
}
