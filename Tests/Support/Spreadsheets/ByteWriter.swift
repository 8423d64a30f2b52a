/// Numbers as binary files have them, least significant byte first.
extension [UInt8] {
  public mutating func append(u16 number: Int) {
    self += (0..<2).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  public mutating func append(u32 number: Int) {
    self += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  public mutating func append(double number: Double) {
    self += (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
  }

  /// Replaces bytes, as far as there are any.
  public mutating func replace(at place: Int, with bytes: [UInt8]) {
    for (offset, byte) in bytes.enumerated() where indices.contains(place + offset) { self[place + offset] = byte }
  }
}
