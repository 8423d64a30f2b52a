import FoundationEssentials
import Time

/// A value of a statement's parameter, sent separately from the SQL. Nil is SQL's null. The plural cases are
/// one-dimensional arrays, for `unnest` and `= any ($1)`.
public enum PostgresValue: Sendable {
  /// int8
  case int(Int?)
  /// float8
  case double(Double?)
  case bool(Bool?)
  /// text. The server refuses text with a NUL character (22021).
  case text(String?)
  /// bytea
  case bytes(Data?)
  /// timestamptz, to the microsecond
  case time(Date?)
  /// timestamptz, as the server counts it
  case serverTime(PostgresTime)
  case date(CalendarDate?)
  /// date, as the server counts it
  case serverDate(PostgresDate)
  case ints([Int?])
  case doubles([Double?])
  case bools([Bool?])
  case texts([String?])
  case bytesList([Data?])
  case times([Date?])
  case dates([CalendarDate?])
}
