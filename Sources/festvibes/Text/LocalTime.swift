import Foundation

/// Formats an instant in a zone, to the second: `2024-05-31 14:00:00`.
func localTime(_ date: Date, in zone: TimeZone) -> String {
  date.formatted(
    Date.ISO8601FormatStyle(timeZone: zone).year().month().day().dateTimeSeparator(.space).time(
      includingFractionalSeconds: false))
}
