/// Numbers of binary files. A place beyond the end gives nil: nothing here can trap.
extension [UInt8] {
  func byte(at place: Int) -> UInt8? { indices.contains(place) ? self[place] : nil }

  func u16(at place: Int) -> Int? {
    guard place >= 0, place <= count - 2 else { return nil }
    return Int(self[place]) | Int(self[place + 1]) << 8
  }

  func u32(at place: Int) -> Int? {
    guard place >= 0, place <= count - 4 else { return nil }
    return Int(self[place]) | Int(self[place + 1]) << 8 | Int(self[place + 2]) << 16 | Int(self[place + 3]) << 24
  }

  func u64(at place: Int) -> UInt64? {
    guard let low = u32(at: place), let high = u32(at: place + 4) else { return nil }
    return UInt64(low) | UInt64(high) << 32
  }

  /// True if the bytes at a place are those of the text.
  func has(_ text: StaticString, at place: Int) -> Bool {
    guard place >= 0, place <= count - text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      expected.indices.allSatisfy { self[place + $0] == expected[$0] }
    }
  }
}
