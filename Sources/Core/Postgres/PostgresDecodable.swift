import FoundationEssentials
import Time

/// A type that a column can be read as. Only `Optional` accepts null. A Swift array is read from a one-dimensional SQL
/// array.
public protocol PostgresDecodable {
  /// Nil when the value's SQL type does not fit.
  init?(_ field: PostgresField)
}

/// Reads int2, int4, int8 and oid.
extension Int: PostgresDecodable {
  public init?(_ field: PostgresField) {
    switch field.type {
    case PostgresType.int8:
      guard let value = field.integer(Int64.self) else { return nil }
      self.init(value)
    case PostgresType.int4:
      guard let value = field.integer(Int32.self) else { return nil }
      self.init(value)
    case PostgresType.int2:
      guard let value = field.integer(Int16.self) else { return nil }
      self.init(value)
    case PostgresType.oid:
      guard let value = field.integer(UInt32.self) else { return nil }
      self.init(value)
    default: return nil
    }
  }
}

/// Reads float4 and float8.
extension Double: PostgresDecodable {
  public init?(_ field: PostgresField) {
    switch field.type {
    case PostgresType.float8:
      guard let pattern = field.integer(UInt64.self) else { return nil }
      self.init(bitPattern: pattern)
    case PostgresType.float4:
      guard let pattern = field.integer(UInt32.self) else { return nil }
      self.init(Float(bitPattern: pattern))
    default: return nil
    }
  }
}

extension Bool: PostgresDecodable {
  public init?(_ field: PostgresField) {
    guard field.type == PostgresType.bool, let value = field.integer(UInt8.self) else { return nil }
    self = value != 0
  }
}

/// Reads text, varchar, char, name, json and jsonb, and numeric, which `Double` would round.
extension String: PostgresDecodable {
  public init?(_ field: PostgresField) {
    guard let bytes = field.bytes else { return nil }
    switch field.type {
    case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.char,
      PostgresType.json, PostgresType.unknown:
      self.init(decoding: bytes, as: UTF8.self)
    case PostgresType.jsonb:
      // The first byte is the format's version.
      guard bytes.first == 1 else { return nil }
      self.init(decoding: bytes.dropFirst(), as: UTF8.self)
    case PostgresType.numeric:
      guard let number = NumericText(bytes) else { return nil }
      self = number.withUTF8 { String(decoding: $0, as: UTF8.self) }
    default: return nil
    }
  }
}

/// Reads bytea.
extension Data: PostgresDecodable {
  public init?(_ field: PostgresField) {
    guard field.type == PostgresType.bytea, let bytes = field.bytes else { return nil }
    self.init(bytes)
  }
}

/// Reads timestamptz. The server's infinities are before and after all its other instants, and are written back as
/// infinities.
extension Date: PostgresDecodable {
  public init?(_ field: PostgresField) {
    guard field.type == PostgresType.timestamptz, let microseconds = field.integer(Int64.self) else { return nil }
    // Whole numbers below 2^53 until the last step, so that an instant always gives the same floating-point number.
    self.init(timeIntervalSince1970: (Double(microseconds) + Double(postgresEpochInDays) * 86_400e6) / 1e6)
  }
}

/// Reads date, in the years 1 to 9999.
extension CalendarDate: PostgresDecodable {
  public init?(_ field: PostgresField) {
    guard field.type == PostgresType.date, let days = field.integer(Int32.self) else { return nil }
    self.init(daysSinceEpoch: Int(days) + postgresEpochInDays)
    guard daysSinceEpoch == Int(days) + postgresEpochInDays else { return nil }
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  public init?(_ field: PostgresField) {
    guard field.bytes != nil else {
      self = Self.none
      return
    }
    guard let value = Wrapped(field) else { return nil }
    self = value
  }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  public init?(_ field: PostgresField) {
    guard let elements = field.elements() else { return nil }
    self.init()
    reserveCapacity(elements.count)
    for element in elements {
      guard let value = Element(element) else { return nil }
      append(value)
    }
  }
}
