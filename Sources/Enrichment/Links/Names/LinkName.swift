/// A word of a name, with its weight in comparisons.
struct NameToken {
  let text: String
  let sound: String
  let letters: [UInt8]
  let hasDigit: Bool
  var weight: Double
  /// True for a word that many names have: no name is looked up by it.
  var isCommon: Bool
  let part: Int

  init(_ word: NameWords.Word, weight: Double, isCommon: Bool) {
    text = word.text
    sound = WordForm.sound(word.text)
    letters = Array(word.text.utf8)
    hasDigit = letters.contains { (0x30...0x39).contains($0) }
    self.weight = weight
    self.isCommon = isCommon
    part = word.part
  }

  /// True for a word that tells one name from others.
  var isDistinctive: Bool { weight >= 0.5 }
}

/// A name, prepared for comparisons.
struct LinkName {
  /// The words that count, in their order.
  let tokens: [NameToken]
  /// The words without spaces: `Cha Wa` and `ChaWa` are one name.
  let joined: String
  /// The part that begins behind `at`, of which the others are rooms; nil without one.
  let container: Int?

  private init(
    _ words: [NameWords.Word], common: Set<String>, container: Int? = nil, weight: (Int, NameWords.Word) -> Double
  ) {
    let counted = words.enumerated().filter { !Vocabulary.stops.contains($1.text) }
    let kept = counted.isEmpty ? Array(words.enumerated()) : Array(counted)
    var tokens = kept.map { NameToken($1, weight: weight($0, $1), isCommon: common.contains($1.text)) }
    // A name of nothing but common words is told from others by them.
    if !tokens.contains(where: \.isDistinctive) {
      for index in tokens.indices { (tokens[index].weight, tokens[index].isCommon) = (1, false) }
    }
    self.tokens = tokens
    joined = tokens.map(\.text).joined()
    self.container = container
  }

  /// The weight of what need not be in both names: the band of a leader, guests, what is in brackets.
  private static let aside = 0.05

  static func artist(_ name: String) -> LinkName {
    let words = NameWords.of(name)
    let end = endOfLeader(words)
    return LinkName(words, common: Vocabulary.ensembles) { index, word in
      if index >= end { return aside }
      if word.isBracketed { return 0.1 }
      if word.isQuoted { return 0.3 }
      if word.text == "chief" || word.text == "big" && words.dropFirst(index + 1).first?.text == "chief" { return 0.3 }
      if Vocabulary.ensembles.contains(word.text) { return 0.25 }
      return Vocabulary.titles.contains(word.text) ? 0.4 : 1
    }
  }

  /// The place at which the band of a leader begins, or a guest's name: `Kermit Ruffins | and the Barbecue Swingers`. A
  /// leader has two names: Tank and the Bangas is a band, and so are `Crosby, Stills, Nash & Young`.
  private static func endOfLeader(_ words: [NameWords.Word]) -> Int {
    var names = 0
    for (index, word) in words.enumerated() {
      let next = index + 1 < words.count ? words[index + 1].text : ""
      if names >= 1, Vocabulary.guests.contains(word.text) { return index }
      if names >= 2, word.text == "and", ["the", "his", "her"].contains(next) { return index }
      if names == 2, index > 0, word.part != words[index - 1].part, !Vocabulary.generations.contains(word.text),
        word.isBracketed || !words[index...].contains(where: { $0.text == "and" })
      {
        return index
      }
      if !Vocabulary.stops.contains(word.text), !Vocabulary.ensembles.contains(word.text),
        !Vocabulary.titles.contains(word.text)
      {
        names += 1
      }
    }
    return words.count
  }

  /// - Parameter city: the words of the venue's city, which say nothing in its name.
  static func venue(_ name: String, city: Set<String>) -> LinkName {
    let words = NameWords.of(name)
    let at = words.firstIndex { $0.text == "at" }
    var divided = words
    if let at { for index in at..<words.count { divided[index].part += 100 } }
    let common = Vocabulary.places.union(city)
    return LinkName(divided, common: common, container: at.map { divided[$0].part }) { index, word in
      if let at, index > at { return aside }
      if city.contains(word.text) { return 0.1 }
      if Vocabulary.places.contains(word.text) { return 0.15 }
      // `(OUTDOORS)` is a remark of a listing.
      if word.isBracketed, word.text == "outdoors" { return aside }
      return word.text == "st" ? 0.3 : 1
    }
  }
}
