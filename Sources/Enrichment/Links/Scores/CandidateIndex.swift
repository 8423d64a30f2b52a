/// Names by the words that tell them from others, so that a name is compared with few of them.
///
/// Two names of which no such word is the same, alike by its sound or one letter apart are not compared, unless they
/// are the same without spaces. Their score would be less than that of a link, but for names of six or more common
/// words.
struct CandidateIndex {
  private var names: [Int: [Int32]] = [:]

  init(_ names: [LinkName]) {
    for (position, name) in names.enumerated() {
      for key in Self.keys(of: name) { self.names[key, default: []].append(Int32(position)) }
    }
  }

  /// Returns the positions of names that may be the same, in their order.
  func candidates(for name: LinkName) -> [Int] {
    var found: Set<Int32> = []
    for key in Self.keys(of: name) { found.formUnion(names[key] ?? []) }
    return found.map(Int.init).sorted()
  }

  private static func keys(of name: LinkName) -> Set<Int> {
    var keys: Set<Int> = [("=" + name.joined).hashValue]
    for token in name.tokens where token.isDistinctive {
      for key in WordForm.keys(of: token) { keys.insert(key.hashValue) }
    }
    return keys
  }
}
