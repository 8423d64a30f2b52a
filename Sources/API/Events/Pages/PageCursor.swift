import APISupport
import FoundationEssentials
import JSON
import Postgres
import Time

/// A place between two pages: the order's values of the last row of the one before. Pages by cursor take the same time at
/// any depth, and a row that is added meanwhile shifts none.
struct PageCursor: Equatable {
  /// The form of a value.
  enum Kind {
    case date, integer, text
    /// Microseconds since 1970.
    case time
    indirect case optional(Kind)
  }

  /// As the client has them.
  let values: [JSONValue]
  /// The route and the filters of the list.
  let question: String

  init(_ values: [JSONValue], of question: String) { (self.values, self.question) = (values, question) }

  /// The text for the client.
  var text: String { CursorText.text(values, of: question) }

  /// Reads a client's text, which may be anything.
  /// - Returns: nil for one that no server wrote for this list and these kinds.
  static func values(_ text: String, _ kinds: [Kind], of question: String) -> [PostgresValue]? {
    guard let parts = CursorText.values(text, of: question), parts.count == kinds.count else { return nil }
    var values: [PostgresValue] = []
    for (part, kind) in zip(parts, kinds) {
      guard let value = value(part, kind) else { return nil }
      values.append(value)
    }
    return values
  }

  private static func value(_ part: JSONValue, _ kind: Kind) -> PostgresValue? {
    switch kind {
    case .optional(let kind): return part.isNull ? null(kind) : value(part, kind)
    case .date: return part.string.flatMap { CalendarDate($0) }.map { .date($0) }
    case .integer: return part.number?.integer.map { .int(Int($0)) }
    case .text:
      guard let text = part.string, !text.utf8.contains(0) else { return nil }
      return .text(text)
    case .time:
      // Up to the year 9999.
      guard let microseconds = part.number?.integer, microseconds.magnitude < 253_402_300_800_000_000 else {
        return nil
      }
      return .time(Date(timeIntervalSince1970: Double(microseconds) / 1e6))
    }
  }

  private static func null(_ kind: Kind) -> PostgresValue {
    switch kind {
    case .date: .date(nil)
    case .integer: .int(nil)
    case .text, .optional: .text(nil)
    case .time: .time(nil)
    }
  }
}

extension JSONValue {
  /// The time as a cursor has it.
  static func microseconds(_ time: Date?) -> JSONValue {
    time.map { .number(JSONNumber(Int(($0.timeIntervalSince1970 * 1e6).rounded()))) } ?? .null
  }
}
