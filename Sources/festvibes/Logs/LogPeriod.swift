import Foundation

/// A length of time as a person writes it: `90s`, `30m`, `1h`, `2d`.
enum LogPeriod {
  static let standard = "1h"

  /// - Returns: seconds; nil for another text, or for more than ten years.
  static func seconds(_ text: String) -> Double? {
    guard let match = text.wholeMatch(of: /([0-9]{1,9})([smhd])/), let number = Double(match.1) else { return nil }
    let unit: Double =
      switch match.2 {
      case "s": 1
      case "m": 60
      case "h": 3600
      default: 86_400
      }
    let seconds = number * unit
    return seconds > 0 && seconds <= 3650 * 86_400 ? seconds : nil
  }
}
