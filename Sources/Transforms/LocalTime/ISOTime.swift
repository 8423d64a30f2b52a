import FoundationEssentials
import Time

/// Times with an offset in the forms of ISO 8601 that sources use besides RFC 3339's: `2026-05-01T19:00Z` without
/// seconds, and offsets such as `+1000` and `+10`.
enum ISOTime {
  /// Nil for another form, and for a day, a time or an offset that does not exist.
  static func parse(_ text: String) -> Date? {
    let text = text.utf8.allSatisfy { $0 < 0x80 } ? text : ""
    guard text.utf8.count > 16 else { return nil }
    let minutes = text.prefix(16)
    let rest = text.dropFirst(16)
    let seconds = rest.first == ":" ? rest : ":00" + rest
    let clock = seconds.prefix { $0 == ":" || $0 == "." || $0.isNumber }
    return RFC3339.parse("\(minutes)\(clock)\(offset(seconds.dropFirst(clock.count)))")?.date
  }

  /// `+10:00` of `+1000` and `+10`; another text as it is.
  private static func offset(_ text: Substring) -> String {
    guard let sign = text.first, sign == "+" || sign == "-", text.dropFirst().allSatisfy(\.isNumber) else {
      return String(text)
    }
    return switch text.count {
    case 3: "\(text):00"
    case 5: "\(text.prefix(3)):\(text.suffix(2))"
    default: String(text)
    }
  }
}
