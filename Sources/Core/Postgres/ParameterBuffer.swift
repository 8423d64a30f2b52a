import CPostgres
import FoundationEssentials
import Time

/// The values of one statement in the server's binary format, stored one after another in one buffer. In this format text
/// needs no escaping, numbers are not rounded, and a NUL character cannot silently truncate a text.
struct ParameterBuffer {
  /// Starts with an unused byte, so that an empty value has an address too: libpq takes a missing address for null.
  private var bytes: [UInt8] = [0]
  /// The type of each value.
  private(set) var types: [Oid] = []
  /// The range of each value in `bytes`; nil for null.
  private var ranges: [Range<Int>?] = []

  init(_ values: [PostgresValue]) {
    types.reserveCapacity(values.count)
    ranges.reserveCapacity(values.count)
    for value in values { append(value) }
  }

  /// Calls `body` with the arguments of `PQsendQueryParams`. The pointers are valid only during the call.
  func withPointers<Result>(
    _ body: (
      _ count: Int32, _ types: UnsafePointer<Oid>?, _ values: UnsafePointer<UnsafePointer<CChar>?>?,
      _ lengths: UnsafePointer<Int32>?, _ formats: UnsafePointer<Int32>?
    ) -> Result
  ) -> Result {
    let lengths = ranges.map { Int32(clamping: $0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: ranges.count)
    return bytes.withUnsafeBytes { memory in
      let values = ranges.map { range in
        range.flatMap { memory.baseAddress?.advanced(by: $0.lowerBound).assumingMemoryBound(to: CChar.self) }
      }
      return body(Int32(ranges.count), types, values, lengths, formats)
    }
  }

  private mutating func append(_ value: PostgresValue) {
    switch value {
    case .int(let value): append(PostgresType.int8, value) { $0.append(integer: Int64($1)) }
    case .double(let value): append(PostgresType.float8, value) { $0.append(integer: $1.bitPattern) }
    case .bool(let value): append(PostgresType.bool, value) { $0.append($1 ? 1 : 0) }
    case .text(let value): append(PostgresType.text, value) { $0.append(contentsOf: $1.utf8) }
    case .bytes(let value): append(PostgresType.bytea, value) { $0.append(contentsOf: $1) }
    case .time(let value): append(PostgresType.timestamptz, value) { $0.append(integer: microseconds($1)) }
    case .serverTime(let value):
      append(PostgresType.timestamptz, value) { $0.append(integer: $1.microsecondsSince2000) }
    case .date(let value): append(PostgresType.date, value) { $0.append(integer: days($1)) }
    case .serverDate(let value): append(PostgresType.date, value) { $0.append(integer: $1.daysSince2000) }
    case .ints(let list):
      append(PostgresType.int8Array, of: PostgresType.int8, list) { $0.append(integer: Int64($1)) }
    case .doubles(let list):
      append(PostgresType.float8Array, of: PostgresType.float8, list) { $0.append(integer: $1.bitPattern) }
    case .bools(let list): append(PostgresType.boolArray, of: PostgresType.bool, list) { $0.append($1 ? 1 : 0) }
    case .texts(let list):
      append(PostgresType.textArray, of: PostgresType.text, list) { bytes, text in
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
      }
    case .bytesList(let list):
      append(PostgresType.byteaArray, of: PostgresType.bytea, list) { $0.append(contentsOf: $1) }
    case .times(let list):
      append(PostgresType.timestamptzArray, of: PostgresType.timestamptz, list) {
        $0.append(integer: microseconds($1))
      }
    case .dates(let list):
      append(PostgresType.dateArray, of: PostgresType.date, list) { $0.append(integer: days($1)) }
    }
  }

  private mutating func append<Value>(_ type: Oid, _ value: Value?, _ encode: (inout [UInt8], Value) -> Void) {
    types.append(type)
    guard let value else { return ranges.append(nil) }
    let start = bytes.count
    encode(&bytes, value)
    ranges.append(start..<bytes.count)
  }

  /// Appends an array: number of dimensions, a flag for nulls, element type; length and lower bound of the dimension; then
  /// each element after its length, which is -1 for null (`array_send` in the server's `arrayfuncs.c`).
  private mutating func append<Value>(
    _ type: Oid, of element: Oid, _ list: [Value?], _ encode: (inout [UInt8], Value) -> Void
  ) {
    types.append(type)
    let start = bytes.count
    bytes.reserveCapacity(start + 20 + list.count * 16)
    bytes.append(integer: Int32(list.isEmpty ? 0 : 1))
    bytes.append(integer: Int32(list.contains { $0 == nil } ? 1 : 0))
    bytes.append(integer: element)
    if !list.isEmpty {
      bytes.append(integer: Int32(clamping: list.count))
      bytes.append(integer: Int32(1))
    }
    for value in list {
      guard let value else {
        bytes.append(integer: Int32(-1))
        continue
      }
      let lengthIndex = bytes.count
      bytes.append(integer: Int32(0))
      encode(&bytes, value)
      bytes.write(integer: Int32(clamping: bytes.count - lengthIndex - 4), at: lengthIndex)
    }
    ranges.append(start..<bytes.count)
  }
}

extension [UInt8] {
  fileprivate mutating func append(integer: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: integer.bigEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func write(integer: Int32, at index: Int) {
    Swift.withUnsafeBytes(of: integer.bigEndian) { replaceSubrange(index..<index + 4, with: $0) }
  }
}

/// Returns microseconds since 2000-01-01 UTC.
private func microseconds(_ date: Date) -> Int64 {
  let value = ((date.timeIntervalSince1970 - Double(postgresEpochInDays * 86_400)) * 1_000_000).rounded()
  // Beyond its last instants are the server's infinities: the ends of the type.
  guard let count = Int64(exactly: value), PostgresTime.finite.contains(count) else { return value < 0 ? .min : .max }
  return count
}

/// Returns days since 2000-01-01.
private func days(_ date: CalendarDate) -> Int32 { Int32(date.daysSinceEpoch - postgresEpochInDays) }
