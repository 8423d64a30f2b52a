/// The words that two names have in common.
struct NameMatch {
  /// 0 to 1.
  let score: Double
  let method: LinkMethod
  /// The words of either name that the other one lacks.
  let missing: [NameToken]
  /// The number of words that tell the names from others, and are in both.
  let common: Int
  /// True if the only word that tells one of the names from others is written otherwise in the other name.
  let isOfOneAlike: Bool

  init(_ first: LinkName, _ second: LinkName) {
    var pairs: [(Int, Int, Double)] = []
    var isTaken = Array(repeating: false, count: second.tokens.count)
    // Equal words first, so that none is taken by one that is only alike.
    for isExact in [true, false] {
      for (index, token) in first.tokens.enumerated() where !pairs.contains(where: { $0.0 == index }) {
        let found = second.tokens.indices.filter { !isTaken[$0] }.map { other in
          (other, WordForm.similarity(token, second.tokens[other]))
        }.max { $0.1 < $1.1 }
        guard let (other, similarity) = found, similarity > 0, !isExact || similarity == 1 else { continue }
        isTaken[other] = true
        pairs.append((index, other, similarity))
      }
    }
    let matched = pairs.reduce(0) { $0 + $1.2 * (first.tokens[$1.0].weight + second.tokens[$1.1].weight) }
    let total = (first.tokens + second.tokens).reduce(0) { $0 + $1.weight }
    let lost = [
      first.tokens.indices.filter { index in !pairs.contains { $0.0 == index } }.map { first.tokens[$0] },
      isTaken.indices.filter { !isTaken[$0] }.map { second.tokens[$0] },
    ]
    missing = lost[0] + lost[1]
    common = pairs.count { first.tokens[$0.0].isDistinctive && second.tokens[$0.1].isDistinctive }
    isOfOneAlike = pairs.contains { one, other, similarity in
      let isOnly = [first, second].contains { $0.tokens.count(where: \.isDistinctive) == 1 }
      return isOnly && similarity < 1 && first.tokens[one].isDistinctive && second.tokens[other].isDistinctive
    }
    if first.tokens.map(\.text) == second.tokens.map(\.text), !first.tokens.isEmpty {
      (score, method) = (1, .equal)
    } else if first.joined == second.joined, !first.joined.isEmpty {
      (score, method) = (0.98, .equal)
    } else {
      let share = total > 0 ? matched / total : 0
      score = share * Self.doubt(lost, common: common) * Self.order(pairs) * Self.spelling(pairs)
      method = .fuzzy
    }
  }

  /// The factor if both names have telling words that the other lacks.
  static let bothLack = 0.8

  /// Both names have words that the other lacks: rather two names than one.
  private static func doubt(_ lost: [[NameToken]], common: Int) -> Double {
    let distinctive = lost.allSatisfy { $0.contains(where: \.isDistinctive) }
    if distinctive { return lost.allSatisfy { $0.contains(where: \.hasDigit) } ? 0.4 : bothLack }
    let kinds = lost.allSatisfy { $0.contains { (0.1...0.5).contains($0.weight) } }
    return kinds ? common > 1 ? 0.92 : 0.85 : 1
  }

  private static func order(_ pairs: [(Int, Int, Double)]) -> Double {
    let others = pairs.sorted { $0.0 < $1.0 }.map(\.1)
    return zip(others, others.dropFirst()).allSatisfy { $0 < $1 } ? 1 : 0.97
  }

  /// One word of another spelling is a slip, two are rather another name.
  private static func spelling(_ pairs: [(Int, Int, Double)]) -> Double { pairs.count { $0.2 < 1 } > 1 ? 0.97 : 1 }
}
