/// The four scores of two names, those of rapidfuzz 3: 0 to 100.
public struct NameScores: Sendable, Equatable {
  public let ratio: Double
  public let partialRatio: Double
  public let tokenSortRatio: Double
  public let tokenSetRatio: Double

  public init(_ first: NormalizedName, _ second: NormalizedName) {
    ratio = Self.ratio(first.scalars, second.scalars)
    partialRatio = PartialRatio.score(first.scalars, second.scalars)
    tokenSortRatio = Self.ratio(first.sorted, second.sorted)
    tokenSetRatio = TokenSetRatio.score(first.tokens, second.tokens)
  }

  /// The greatest of the four, 0 to 1; 0 if either input was empty.
  public static func similarity(_ first: NormalizedName, _ second: NormalizedName) -> Double {
    guard !first.isEmptyInput, !second.isEmptyInput else { return 0 }
    guard first.scalars != second.scalars else { return 1 }
    var best = TokenSetRatio.score(first.tokens, second.tokens)
    for score in [ratio, PartialRatio.score] where best < 100 {
      best = max(best, score(first.scalars, second.scalars))
    }
    if best < 100 { best = max(best, ratio(first.sorted, second.sorted)) }
    return best / 100
  }

  /// False if the similarity is certainly less. It takes a hundredth of a comparison's time.
  public static func mayReach(_ similarity: Double, _ first: NormalizedName, _ second: NormalizedName) -> Bool {
    first.bag.mayReach(similarity, with: second.bag)
  }

  static func ratio(_ first: [UInt32], _ second: [UInt32]) -> Double {
    let total = first.count + second.count
    guard total > 0 else { return 100 }
    return 200 * Double(CommonSubsequence.length(first, second)) / Double(total)
  }
}

/// The ratio of the different words of two texts, of which those in common are counted apart.
enum TokenSetRatio {
  static func score(_ first: [[UInt32]], _ second: [[UInt32]]) -> Double {
    guard !first.isEmpty, !second.isEmpty else { return 0 }
    var (common, onlyFirst, onlySecond): (Int, [UInt32], [UInt32]) = (0, [], [])
    var (i, j, words) = (0, 0, 0)
    while i < first.count || j < second.count {
      if i < first.count, j < second.count, first[i] == second[j] {
        common += first[i].count
        words += 1
        (i, j) = (i + 1, j + 1)
      } else if j == second.count || i < first.count && first[i].lexicographicallyPrecedes(second[j]) {
        append(first[i], to: &onlyFirst)
        i += 1
      } else {
        append(second[j], to: &onlySecond)
        j += 1
      }
    }
    if words > 0, onlyFirst.isEmpty || onlySecond.isEmpty { return 100 }
    // Lengths of texts: words with a space between two.
    let shared = common + max(0, words - 1)
    let space = words > 0 ? 1 : 0
    let (left, right) = (shared + space + onlyFirst.count, shared + space + onlySecond.count)
    let distance =
      onlyFirst.count + onlySecond.count - 2 * CommonSubsequence.length(onlyFirst, onlySecond)
    let both = 100 - 100 * Double(distance) / Double(left + right)
    guard words > 0 else { return both }
    // The common words against each text: only they are alike.
    return max(both, against(shared, left), against(shared, right))
  }

  private static func against(_ shared: Int, _ whole: Int) -> Double {
    100 - 100 * Double(whole - shared) / Double(whole + shared)
  }

  private static func append(_ word: [UInt32], to text: inout [UInt32]) {
    if !text.isEmpty { text.append(0x20) }
    text += word
  }
}
