/// Finds elements by name, and their names and rules. Made once, when the first page is parsed.
struct TagTable {
  static let shared = TagTable()

  /// Names of up to 16 bytes as two numbers.
  struct Key: Equatable {
    var first: UInt64 = 0
    var second: UInt64 = 0

    var slot: Int { Int(truncatingIfNeeded: ((first ^ (second &* 31)) &* 0x9E37_79B9_7F4A_7C15) >> 54) }
  }

  private var keys = [Key](repeating: Key(), count: 1024)
  private var tags = [Tag](repeating: .other, count: 1024)
  private var starts: [Int] = []
  let rules: [TagRules]

  private init() {
    rules = Tag.allCases.map(\.rules)
    var start = 0
    for tag in Tag.allCases where tag != .other && tag != .foreign {
      starts.append(start)
      var key = Key()
      var index = start
      while Tag.names.utf8Start[index] != 0 {
        key.append(Tag.names.utf8Start[index], at: index - start)
        index += 1
      }
      start = index + 1
      var slot = key.slot
      while keys[slot] != Key() { slot = (slot + 1) & 1023 }
      keys[slot] = key
      tags[slot] = tag
    }
  }

  /// - Parameter key: the name in lower case.
  func tag(_ key: Key) -> Tag {
    var slot = key.slot
    while keys[slot] != Key() {
      if keys[slot] == key { return tags[slot] }
      slot = (slot + 1) & 1023
    }
    return .other
  }

  /// Returns the name, which ends with NUL; nil for unknown elements.
  func name(of tag: Tag) -> UnsafePointer<UInt8>? {
    Int(tag.rawValue) < starts.count ? Tag.names.utf8Start + starts[Int(tag.rawValue)] : nil
  }
}

extension TagTable.Key {
  /// Appends a byte of a name in lower case. Names that are longer than 16 bytes have the keys of their beginnings.
  mutating func append(_ byte: UInt8, at index: Int) {
    if index < 8 {
      first |= UInt64(byte) << UInt64(index * 8)
    } else if index < 16 {
      second |= UInt64(byte) << UInt64(index * 8 - 64)
    }
  }
}
