/// The characters of a text without their order: an upper bound of what two texts can have in common, for a fraction of
/// a comparison's time. Characters share 32 counters, which can only raise the bound.
struct CharacterBag: Sendable, Equatable {
  /// A longer text is compared always, since a counter would overflow.
  static let longest = 200

  private let counts: SIMD32<UInt8>
  private let length: Int
  private let isComparable: Bool

  /// - Parameter isComparable: false for a text whose characters are no bound.
  init(_ scalars: [UInt32], isComparable: Bool) {
    var counts = SIMD32<UInt8>(repeating: 0)
    self.isComparable = isComparable && scalars.count <= Self.longest
    if self.isComparable { for scalar in scalars { counts[Int(scalar & 31)] += 1 } }
    self.counts = counts
    length = scalars.count
  }

  /// False if no scorer can reach a score, so that the texts need no comparison.
  ///
  /// Each scorer compares one of the texts as a whole, of S characters, with the other or a part of it, of W
  /// characters. With L of them in common and in order, its score is 2L / (S + W). L is at most W, so a score of t
  /// needs L ≥ t / (2 − t) · S, and S is not less than the length of the shorter text.
  func mayReach(_ score: Double, with other: CharacterBag) -> Bool {
    guard isComparable, other.isComparable else { return true }
    let needed = score / (2 - score) * Double(min(length, other.length))
    return Double(common(with: other)) >= needed - 1e-9
  }

  private func common(with other: CharacterBag) -> Int {
    let least = pointwiseMin(counts, other.counts)
    // At most 200 in all: a sum of bytes does not overflow.
    return Int(least.wrappedSum())
  }
}
