/// An entry of an OLE2 file's directory.
struct CompoundEntry {
  let name: String
  let isStream: Bool
  let start: UInt32
  let size: Int
  /// Indices of entries, or a number that none has: the neighbours in a tree of names, and the root of the tree below.
  let left: Int
  let right: Int
  let child: Int

  private static let length = 128

  /// Returns the entries of a directory. The first is the root.
  static func list(in bytes: [UInt8]) -> [CompoundEntry] {
    stride(from: 0, to: bytes.count - length + 1, by: length).map { CompoundEntry(bytes, at: $0) }
  }

  private init(_ bytes: [UInt8], at place: Int) {
    // With the zero at its end.
    let nameLength = min(64, bytes.u16(at: place + 64) ?? 0)
    let units = stride(from: place, to: place + max(0, nameLength - 3), by: 2).map { UInt16(bytes.u16(at: $0) ?? 0) }
    name = String(decoding: units, as: UTF16.self)
    isStream = bytes.byte(at: place + 66) == 2
    start = UInt32(bytes.u32(at: place + 116) ?? 0)
    // The upper half is used by files beyond 4 GB only, and by older programs for other things.
    size = bytes.u32(at: place + 120) ?? 0
    left = bytes.u32(at: place + 68) ?? 0
    right = bytes.u32(at: place + 72) ?? 0
    child = bytes.u32(at: place + 76) ?? 0
  }

  /// Returns the entry of a name right below the root: a workbook may have others embedded, which are deeper.
  static func child(_ name: String, of entries: [CompoundEntry]) -> CompoundEntry? {
    guard let root = entries.first else { return nil }
    var open = [root.child]
    var seen = Array(repeating: false, count: entries.count)
    let wanted = name.lowercased()
    while let index = open.popLast() {
      guard entries.indices.contains(index), index > 0, !seen[index] else { continue }
      seen[index] = true
      if entries[index].name.lowercased() == wanted { return entries[index] }
      open += [entries[index].left, entries[index].right]
    }
    return nil
  }
}
