/// A value of a row in the form that the server sent.
public struct PostgresField {
  let type: UInt32
  /// The binary form; nil for null.
  let bytes: UnsafeRawBufferPointer?

  /// Reads the bytes as a big-endian integer; nil when their number does not fit.
  func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
    guard let bytes, bytes.count == MemoryLayout<Value>.size else { return nil }
    return Value(bigEndian: bytes.loadUnaligned(as: Value.self))
  }

  /// Returns the elements of a one-dimensional array; nil when the value is not one.
  func elements() -> [PostgresField]? {
    guard var rest = bytes, rest.count >= 12 else { return nil }
    let dimensions = rest.takeInteger()
    _ = rest.takeInteger()
    let type = UInt32(bitPattern: rest.takeInteger())
    if dimensions == 0 { return [] }
    guard dimensions == 1, rest.count >= 8 else { return nil }
    let count = Int(rest.takeInteger())
    _ = rest.takeInteger()
    // Each element takes at least the four bytes of its length: a higher count is not plausible.
    guard count >= 0, count <= rest.count / 4 else { return nil }
    var fields: [PostgresField] = []
    fields.reserveCapacity(count)
    for _ in 0..<count {
      guard rest.count >= 4 else { return nil }
      let length = Int(rest.takeInteger())
      guard length >= 0 else {
        fields.append(PostgresField(type: type, bytes: nil))
        continue
      }
      guard rest.count >= length else { return nil }
      fields.append(PostgresField(type: type, bytes: UnsafeRawBufferPointer(rebasing: rest.prefix(length))))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(length))
    }
    return fields
  }
}

extension UnsafeRawBufferPointer {
  /// Removes the first four bytes, which the caller has checked to exist, and returns them as an integer.
  fileprivate mutating func takeInteger() -> Int32 {
    let value = Int32(bigEndian: loadUnaligned(as: Int32.self))
    self = UnsafeRawBufferPointer(rebasing: dropFirst(4))
    return value
  }
}
