import FoundationEssentials
import JSON
import Time

/// A value that a column can hold.
enum ColumnValue: Equatable, Sendable {
  case null
  case text(String)
  case integer(Int)
  case decimal(DecimalNumber)
  case double(Double)
  case flag(Bool)
  case date(CalendarDate)
  /// An instant in microseconds since 1970 in UTC.
  case time(microseconds: Int)
  /// A JSON text with sorted members.
  case json(String)
  case texts([String])
}

extension ColumnValue {
  /// Appends the value for the content hash and for keys: in a form that is the same for equal values, also after a column
  /// was made wider.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: break
    case .text(let text), .json(let text): bytes.append(text: text)
    case .integer(let number): bytes.append(text: String(number))
    case .decimal(let number): number.write(into: &bytes)
    case .double(let number): bytes.append(text: number.description)
    case .flag(let flag): bytes.append(text: flag ? "true" : "false")
    case .date(let date): bytes.append(text: String(date.daysSinceEpoch))
    case .time(let microseconds): bytes.append(text: String(microseconds))
    case .texts(let texts):
      for text in texts {
        bytes.append(text: String(text.utf8.count))
        bytes.append(UInt8(ascii: ":"))
        bytes.append(text: text)
      }
    }
  }

  var isNull: Bool { if case .null = self { true } else { false } }

  /// The value for a person, in one line.
  var shown: String {
    switch self {
    case .time(let microseconds): return RFC3339.utc(Date(timeIntervalSince1970: Double(microseconds) / 1_000_000))
    case .date(let date): return date.description
    default:
      var bytes: [UInt8] = []
      append(to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// - Returns: a negative number if this value is smaller, 0 if it is equal. Texts are only compared for equality.
  func compared(to other: ColumnValue) -> Int {
    switch (self, other) {
    case (.integer(let number), .decimal(let other)):
      DecimalNumber(String(number)).map { Self.order($0, other) } ?? 0
    case (.integer(let number), .integer(let other)): Self.order(number, other)
    case (.decimal(let number), .decimal(let other)): Self.order(number, other)
    case (.double(let number), .decimal(let other)): Self.order(number, Double(other.text) ?? 0)
    case (.date(let date), .date(let other)): Self.order(date, other)
    case (.time(let time), .time(let other)): Self.order(time, other)
    case (.text(let text), .text(let other)): text.utf8.elementsEqual(other.utf8) ? 0 : 1
    default: 1
    }
  }

  private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : left > right ? 1 : 0
  }

  /// The value as an SQL literal of a type.
  func literal(_ type: ColumnType) -> String {
    switch self {
    case .null: "null"
    case .text(let text): SQL.literal(text)
    case .json(let text): SQL.literal(text) + "::jsonb"
    case .integer(let number): "(\(number))"
    case .decimal(let number): "(\(number.text))"
    case .double(let number): "'\(number)'::double precision"
    case .flag(let flag): flag ? "true" : "false"
    case .date(let date): "'\(date)'::date"
    case .time(let microseconds): "('1970-01-01 00:00:00+00'::timestamptz + \(microseconds) * interval '1 microsecond')"
    case .texts(let texts): SQL.literal(SQL.array(texts)) + "::text[]"
    }
  }
}
