/// The ways in which a question names a genre: `brass bands` for Brass Band, `r&b` for Rhythm and Blues.
enum GenreForms {
  /// Other names of the same music, each by its key.
  private static let others = [
    "rnb": ["r&b", "rhythm and blues"], "r and b": ["r&b", "rhythm and blues", "rnb"],
    "rhythm and blues": ["r&b", "rnb"],
    "hip hop": ["hiphop", "rap"], "rap": ["hip hop", "hiphop"],
    "electronic": ["electronica", "edm", "techno", "dance music"],
    "rock and roll": ["rock n roll", "rocknroll"], "singersongwriter": ["singer songwriter"],
    "trad jazz": ["traditional jazz"], "traditional jazz": ["trad jazz", "dixieland"], "bluegrass": ["blue grass"],
    "swamp pop": ["swamppop"],
  ]

  /// Each form, as keys joined by spaces, with the genres that it names.
  static func all(of genres: [String]) -> [String: [String]] {
    var forms: [String: [String]] = [:]
    for genre in genres {
      let key = NameKey.words(ofName: genre).joined(separator: " ")
      // A genre of two kinds, `Rock/Pop`, is named by each.
      let halves = genre.split(whereSeparator: { $0 == "/" || $0 == "," })
      let parts = halves.count > 1 ? halves.map { NameKey.words(ofName: String($0)).joined(separator: " ") } : []
      for name in [key] + (others[key] ?? []) + parts + parts.flatMap({ others[$0] ?? [] }) where !name.isEmpty {
        forms[stem(name), default: []].append(genre)
      }
    }
    return forms
  }

  /// The words in the singular. It joins only what is the same word: `jazzy` is jazz, `brass` is no plural.
  static func stem(_ words: String) -> String { words.split(separator: " ").map(stem).joined(separator: " ") }

  private static func stem(_ word: Substring) -> String {
    if word == "jazzy" || word == "funky" || word == "bluesy" || word == "folky" || word == "rocking" {
      return word == "bluesy" ? "blue" : String(word.prefix(4))
    }
    guard word.count > 3, word.last == "s", !word.hasSuffix("ss") else { return String(word) }
    return String(word.dropLast())
  }
}
