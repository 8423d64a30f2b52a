import Text

/// A place that a question may name: a venue, a street, or a city.
struct KnownPlace: Sendable, Equatable {
  enum Kind: Sendable { case venue, street, locality }

  let kind: Kind
  /// As it is shown.
  let name: String
  /// The keys of its name's words; of a street without `street`, `avenue` and the like.
  let words: [String]
  /// The words as one.
  private let joined: String
  /// The venues that are it, or are in it.
  let venues: [Int]

  init(kind: Kind, name: String, words: [String], venues: [Int]) {
    (self.kind, self.name, self.words, self.venues) = (kind, name, words, venues)
    joined = words.joined()
  }

  static func all(of venues: [KnownNames.Venue]) -> [KnownPlace] {
    let named = grouped(names(of: venues), .venue)
    let streets = grouped(
      venues.compactMap { venue in
        venue.thoroughfare.flatMap(Street.init).map { (venue.id, $0.name, $0.words) }
      }, .street)
    let localities = grouped(
      venues.compactMap { venue in venue.locality.map { (venue.id, $0, NameKey.words(ofName: $0)) } }, .locality)
    return (named + streets + localities).filter { !$0.words.isEmpty }
  }

  /// The names of the venues, and of the houses of which they are rooms: a house is all of its rooms.
  static func names(of venues: [KnownNames.Venue]) -> [(id: Int, name: String, words: [String])] {
    venues.flatMap { venue in
      [venue.name, NameKey.whole(ofName: venue.name)].uniqued().map { (venue.id, $0, NameKey.words(ofName: $0)) }
    }
  }

  private static func grouped(_ places: [(id: Int, name: String, words: [String])], _ kind: Kind) -> [KnownPlace] {
    Dictionary(grouping: places) { $0.words }.map { words, places in
      // The longest form says most: `Frenchmen Street` and not `Frenchmen`.
      let name = places.map(\.name).max { ($0.count, $1) < ($1.count, $0) } ?? ""
      return KnownPlace(kind: kind, name: name, words: words, venues: places.map(\.id).sorted())
    }.sorted { $0.name < $1.name }
  }

  /// Returns how well a phrase names the place, up to 1; nil if it does not. Every word of the phrase has to be one of the
  /// name, but for typing errors and words that all venues share; half of what sets the name apart has to be there.
  func score(of phrase: [String]) -> Double? {
    let phrase = kind == .street ? Street.core(of: phrase) : phrase
    guard !phrase.isEmpty else { return nil }
    if phrase == words { return 1 }
    // `spottedcat` for Spotted Cat.
    if Typing.isLike(phrase.joined(), joined) { return 0.95 }
    // A city or a street is named whole.
    guard kind == .venue || phrase.count == words.count else { return nil }
    var left = words
    var found = 0.0
    for word in phrase {
      if let index = left.firstIndex(of: word) ?? left.firstIndex(where: { Typing.isLike($0, word) }) {
        found += Self.weight(of: left.remove(at: index)) * (words.contains(word) ? 1 : 0.95)
      } else if !CommonWords.ofVenues.contains(word) {
        return nil
      }
    }
    let score = found / words.reduce(0) { $0 + Self.weight(of: $1) }
    return score >= 0.5 && phrase.contains { Self.weight(of: $0) == 1 } ? score : nil
  }

  private static func weight(of word: String) -> Double { CommonWords.ofVenues.contains(word) ? 0.2 : 1 }
}

/// A street of an address.
struct Street {
  /// `Frenchmen Street`.
  let name: String
  let words: [String]

  /// The last words of streets' names, and their short forms.
  static let kinds: Set<String> = [
    "street", "st", "str", "avenue", "ave", "av", "boulevard", "blvd", "road", "rd", "drive", "dr", "lane", "ln",
    "court",
    "ct", "place", "pl", "highway", "hwy", "parkway", "pkwy", "alley", "way", "square", "sq", "walk", "terrace",
  ]
  private static let directions: Set<String> = ["n", "s", "e", "w", "north", "south", "east", "west"]

  /// - Parameter thoroughfare: street and number, as `532 Frenchmen St., Suite 2`. Nil without a street's name.
  init?(_ thoroughfare: String) {
    let first = thoroughfare.split(whereSeparator: { $0 == "," || $0 == "#" || $0 == ";" || $0 == "(" }).first ?? ""
    let parts = first.split(separator: " ").drop { $0.contains(where: \.isNumber) }
    name = parts.joined(separator: " ")
    words = Self.core(of: Words.of(name).map(\.key))
    // A street that is a number, as 4th Street, has lost it with the house's number.
    guard words.contains(where: { $0.count > 1 && !Self.kinds.contains($0) }) else { return nil }
  }

  /// The words without the kind of the street at the end and a direction at the beginning. `St. Claude` keeps its `st`.
  static func core(of words: [String]) -> [String] {
    var words = words.map { $0 == "saint" ? "st" : $0 }
    while words.count > 1, let last = words.last, kinds.contains(last) || directions.contains(last) {
      words.removeLast()
    }
    if words.count > 1, directions.contains(words[0]) { words.removeFirst() }
    return words
  }
}
