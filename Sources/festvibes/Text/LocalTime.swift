import Foundation

/// Formats an instant in a zone, to the second: `2024-05-31 14:00:00`.
private func localTime(_ date: Date, in zone: TimeZone) -> String {
  date.formatted(
    Date.ISO8601FormatStyle(timeZone: zone).year().month().day().dateTimeSeparator(.space).time(
      includingFractionalSeconds: false))
}

/// Formats an instant in a zone, with the zone: `2024-05-31 14:00:00 CDT`, or `2024-05-31 21:00:00 +02:00` where the zone's
/// abbreviation is not known.
/// - Parameter includesMilliseconds: if true, the seconds are `00.250`.
func zonedTime(_ date: Date, in zone: TimeZone, includesMilliseconds: Bool = false) -> String {
  // The format itself rounds to the nearest millisecond, which may be in the next second.
  let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
  let second = Date(timeIntervalSince1970: Double(milliseconds.quotientFloored(by: 1000)))
  let fraction = milliseconds - Int(second.timeIntervalSince1970) * 1000
  let digits = includesMilliseconds ? "." + String(fraction + 1000).dropFirst() : ""
  return "\(localTime(includesMilliseconds ? second : date, in: zone))\(digits) \(zoneName(zone, at: date))"
}

/// Returns the abbreviation of a zone, `CDT`, or its offset from UTC, `+02:00`.
func zoneName(_ zone: TimeZone, at date: Date) -> String {
  let offset = zone.secondsFromGMT(for: date)
  // Only English has an abbreviation for America's zones, and for no others.
  let style: NSTimeZone.NameStyle = zone.isDaylightSavingTime(for: date) ? .shortDaylightSaving : .shortStandard
  let name = zone.localizedName(for: style, locale: Locale(identifier: "en_US")) ?? "GMT"
  guard name.hasPrefix("GMT") else { return name }
  guard offset != 0 else { return "UTC" }
  let minutes = abs(offset) / 60
  return (offset < 0 ? "-" : "+")
    + [minutes / 60, minutes % 60].map { String($0 + 100).dropFirst() }.joined(separator: ":")
}

extension Int {
  fileprivate func quotientFloored(by divisor: Int) -> Int { Int((Double(self) / Double(divisor)).rounded(.down)) }
}
