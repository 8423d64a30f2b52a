import FoundationEssentials
import JSON
import Text

/// A bound of a range.
enum DocumentBound: Sendable {
  case number(DecimalNumber)
  case time(Date)

  /// - Returns: nil for a text that is neither a number nor a time.
  init?(_ text: String, _ times: DocumentTimes) {
    if let number = DecimalNumber(text) {
      self = .number(number)
    } else if let time = times.read(text) {
      self = .time(time)
    } else {
      return nil
    }
  }

  /// Reads a number, which may be written as a text: all values of a CSV file are. `NaN` is none.
  static func number(_ value: JSONValue) -> DecimalNumber? {
    switch value {
    case .number(let number): DecimalNumber(number)
    case .string(let text): DecimalNumber(String(text.trimming { $0 == " " }))
    case .null, .bool, .array, .object: nil
    }
  }
}
