import APISupport
import JSON
import Postgres

/// A place between two pages: the order's values of the last row of the one before. Pages by cursor take the same time at
/// any depth, and a row that is added meanwhile shifts none.
struct PageCursor: Equatable {
  /// The form of a value.
  enum Kind: Sendable {
    case integer
    /// A text, or its mark.
    case text
    /// As the server counts them: days, and microseconds, since 2000.
    case date, time
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
  /// - Returns: the values, and the places of those that are marks of texts; nil for a text that no server wrote for this
  ///   list and these kinds.
  static func values(
    _ text: String, _ kinds: [Kind], of question: String
  ) -> (values: [PostgresValue], marks: Set<Int>)? {
    guard let parts = CursorText.values(text, of: question), parts.count == kinds.count else { return nil }
    var values: [PostgresValue] = []
    for (part, kind) in zip(parts, kinds) {
      guard let value = value(part, kind) else { return nil }
      values.append(value)
    }
    return (values, Set(parts.indices.filter { parts[$0].array != nil }))
  }

  private static func value(_ part: JSONValue, _ kind: Kind) -> PostgresValue? {
    switch kind {
    case .optional(let kind): part.isNull ? null(kind) : value(part, kind)
    case .date:
      part.number?.integer.flatMap { Int32(exactly: $0) }.flatMap(PostgresDate.init(daysSince2000:)).map {
        .serverDate($0)
      }
    case .integer: part.number?.integer.map { .int(Int($0)) }
    case .text: CursorText.text(in: part).map { .text($0.text) }
    case .time: part.number?.integer.flatMap(PostgresTime.init(microsecondsSince2000:)).map { .serverTime($0) }
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
  /// The day as a cursor has it.
  static func days(_ date: PostgresDate) -> JSONValue { .number(JSONNumber(Int(date.daysSince2000))) }

  /// The time as a cursor has it.
  static func microseconds(_ time: PostgresTime?) -> JSONValue {
    time.map { .number(JSONNumber(Int($0.microsecondsSince2000))) } ?? .null
  }
}
