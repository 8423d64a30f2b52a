/// Names by the words that tell them from others, so that a name is compared with few of them.
///
/// Two names are compared if the words that are the same, alike by their sound or one letter apart could make a score that
/// is kept, or if they are the same without spaces. A name of common words only is found by names of such words.
struct CandidateIndex {
  private struct Entry {
    let position: Int32
    let weight: Double
  }

  /// The weights of a name.
  private struct Weights {
    let total: Double
    /// The weight of the common words.
    let common: Double
    let distinctive: Int

    init(_ name: LinkName) {
      total = name.tokens.reduce(0) { $0 + $1.weight }
      common = name.tokens.reduce(0) { $0 + ($1.isCommon ? $1.weight : 0) }
      distinctive = name.tokens.count(where: \.isDistinctive)
    }
  }

  private var entries: [Int: [Entry]] = [:]
  private var joined: [String: [Int]] = [:]
  private let weights: [Weights]

  init(_ names: [LinkName]) {
    weights = names.map { Weights($0) }
    for (position, name) in names.enumerated() {
      joined[name.joined, default: []].append(position)
      for token in name.tokens where !token.isCommon {
        for key in Self.keys(of: token) {
          entries[key, default: []].append(Entry(position: Int32(position), weight: token.weight))
        }
      }
    }
  }

  /// Returns the positions of names whose score may be high enough, in their order.
  func candidates(for name: LinkName, atLeast minimum: Double) -> [Int] {
    let own = Weights(name)
    var (sums, best) = (Array(repeating: 0.0, count: weights.count), Array(repeating: 0.0, count: weights.count))
    var hits = Array(repeating: 0, count: weights.count)
    var distinctiveHits = hits
    var found: [Int] = []
    for token in name.tokens where !token.isCommon {
      var alike: [Int] = []
      for key in Self.keys(of: token) {
        for entry in entries[key] ?? [] {
          let position = Int(entry.position)
          if best[position] == 0 { alike.append(position) }
          best[position] = max(best[position], entry.weight)
        }
      }
      for position in alike {
        if hits[position] == 0 { found.append(position) }
        sums[position] += token.weight + best[position]
        hits[position] += 1
        if token.isDistinctive { distinctiveHits[position] += 1 }
        best[position] = 0
      }
    }
    let kept = found.filter { position in
      let other = weights[position]
      var bound = (sums[position] + own.common + other.common) / (own.total + other.total)
      let bothLack = distinctiveHits[position] < own.distinctive && hits[position] < other.distinctive
      if bothLack { bound *= NameMatch.bothLack }
      return bound >= minimum - 1e-9
    }
    return Set(kept).union(joined[name.joined] ?? []).sorted()
  }

  private static func keys(of token: NameToken) -> Set<Int> { Set(WordForm.keys(of: token).map(\.hashValue)) }
}
