import FoundationEssentials
import JSON
import Text
import Time

/// A parameter's value, read as its kind says.
public enum ParameterValue: Equatable, Sendable {
  case text(String)
  case integer(Int)
  case decimal(JSONNumber)
  case date(CalendarDate)
  case time(Date)
  case flag(Bool)

  /// The value without loss: a time has its fractions.
  var exactText: String {
    switch self {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .decimal(let number): number.text
    case .date(let date): "\(date)"
    case .time(let time): "\(time.timeIntervalSince1970)"
    case .flag(let flag): "\(flag)"
    }
  }
}

extension RouteParameter.Kind {
  /// Reads a value; nil if it does not fit.
  func value(of text: String) -> ParameterValue? {
    switch self {
    case .text(let longest):
      // In scalars: a character may have any number of them.
      guard text.unicodeScalars.count <= longest, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
        return nil
      }
      return .text(text)
    case .integer(let range):
      guard let number = JSONNumber(text)?.integer, range.contains(Int(number)) else { return nil }
      return .integer(Int(number))
    case .decimal(let least, let most):
      guard text.utf8.count <= 40, let number = JSONNumber(text), number.double.isFinite, number.isStorable,
        number.double >= least ?? -.infinity, number.double <= most ?? .infinity
      else { return nil }
      return .decimal(number)
    case .date: return CalendarDate(text).map { .date($0) }
    case .time: return Self.time(text).map { .time($0) }
    case .choice(let texts): return texts.contains(text) ? .text(text) : nil
    case .flag: return text == "true" ? .flag(true) : text == "false" ? .flag(false) : nil
    }
  }

  /// The rule, for the message about a value that breaks it.
  var rule: String {
    switch self {
    case .text(let longest): "must be a text of at most \(longest) characters, without control characters"
    case .integer(let range):
      range.upperBound == .max
        ? "must be a whole number from \(range.lowerBound) on"
        : "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .decimal(let least, let most):
      "must be a number" + (least.map { " from \(JSONNumber($0)?.text ?? "")" } ?? "")
        + (most.map { " to \(JSONNumber($0)?.text ?? "")" } ?? least.map { _ in " on" } ?? "") + ", like 12.5"
    case .date: "must be a date like 2024-05-31"
    case .time: "must be a time like 2024-05-31T20:00:00Z, or with an offset whose + is written as %2B"
    case .choice(let texts): "must be one of \(texts.joined(separator: ", "))"
    case .flag: "must be true or false"
    }
  }

  private static func time(_ text: String) -> Date? {
    guard text.utf8.count <= 40 else { return nil }
    if let time = RFC3339.parse(text)?.date ?? RFC3339.parse(text + "Z")?.date { return time }
    return CalendarDate(text).map { Date(timeIntervalSince1970: Double($0.daysSinceEpoch) * 86_400) }
  }
}

extension JSONNumber {
  /// False for a number whose exponent is beyond every double: `1e-99999` is 0 as one, and Postgres cannot store it.
  public var isStorable: Bool {
    let parts = text.lowercased().split(separator: "e")
    return parts.count < 2 || Int(parts[1]).map { $0.magnitude <= 400 } ?? false
  }
}
