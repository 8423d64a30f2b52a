import JSON

/// The primary keys of an item's records, each with a digest of its record. A key takes 16 bytes, in a table that is at
/// most three quarters full: two million of them must fit beside everything else. Two different keys are taken for one with a
/// probability of 2⁻⁹⁶ for each pair; the digests have a secret seed, so that no source can provoke it.
public struct KeySet {
  /// An earlier record of a key.
  public enum Earlier {
    case same
    case other
  }

  private struct Slot {
    var high: UInt64 = 0
    var low: UInt32 = 0
    var content: UInt32 = 0
    var isFree: Bool { high == 0 && low == 0 }
  }

  private var slots: [Slot] = []
  public private(set) var count = 0

  public init() {}

  /// Adds a key, unless it is there. Keys are compared by their bytes: texts that look alike are equal for Swift, and two
  /// keys for the source and for a table.
  /// - Parameter content: the whole record.
  /// - Returns: nil if the key is new.
  public mutating func insert(_ key: [JSONValue], content: JSONObject) -> Earlier? {
    if 4 * (count + 1) > 3 * slots.count { grow() }
    let key = Array(JSONValue.array(key).text.utf8)
    var slot = Slot(
      high: Self.digest(key, 1), low: UInt32(truncatingIfNeeded: Self.digest(key, 2)),
      content: UInt32(truncatingIfNeeded: Self.digest(content, 3)))
    if slot.isFree { slot.low = 1 }
    let index = place(of: slot)
    guard slots[index].isFree else { return slots[index].content == slot.content ? .same : .other }
    slots[index] = slot
    count += 1
    return nil
  }

  private static func digest(_ value: some Hashable, _ seed: UInt8) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(seed)
    hasher.combine(value)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  /// The index of the slot's key, or of the free slot where it belongs.
  private func place(of slot: Slot) -> Int {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: slot.high) & mask
    while !slots[index].isFree, slots[index].high != slot.high || slots[index].low != slot.low {
      index = (index + 1) & mask
    }
    return index
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(), count: max(64, old.count * 2))
    for slot in old where !slot.isFree { slots[place(of: slot)] = slot }
  }
}
