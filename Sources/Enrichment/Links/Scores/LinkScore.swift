/// The way in which a pair was found.
enum LinkMethod: String, Sendable {
  /// The same words.
  case equal
  /// Alike words.
  case fuzzy
  /// Alike words, at one address or point.
  case place
  /// The same words or alike ones, at one address, although the points are far apart.
  case address
}

/// The confidence that two entities are one, 0 to 1, and how it came about.
struct LinkScore: Equatable, Sendable {
  /// From here on a pair is a link, unless a person says otherwise. The view `entity_link_states` has the same number.
  static let link = 0.85
  /// From here on a pair is kept, for a person to decide.
  static let doubtful = 0.6

  /// The score of names from which on a pair may be kept: one place raises that of venues.
  static func least(of entity: LinkedEntity) -> Double { entity == .venue ? 0.5 : doubtful }

  /// The score of a pair that is a person's to decide, however alike the names are.
  private static let mostOfDoubtful = 0.84

  let value: Double
  let method: LinkMethod
}

extension LinkScore {
  /// The score of two artists: their names are all that every source has.
  init(_ first: LinkName, _ second: LinkName) {
    let match = NameMatch(first, second)
    var value = match.score
    let lost = Set(match.missing.map(\.text))
    // Phish and Fish are two bands: what is left to tell them is the spelling.
    // So are a list of names and a longer one.
    if match.method == .fuzzy, match.isOfOneAlike || match.missing.contains(where: { $0.weight >= 1 }) {
      value = min(value, Self.mostOfDoubtful)
    }
    // A tribute to an artist is another artist, and a son is another one than his father.
    if !lost.isDisjoint(with: Vocabulary.imitations) { value = min(value, 0.5) }
    if lost.intersection(Vocabulary.generations).count > 1 { value = min(value, 0.5) }
    self.init(value: Self.rounded(value), method: match.method)
  }

  /// The score of two venues: names, and where they are.
  init(_ first: LinkVenue, _ second: LinkVenue) {
    let match = NameMatch(first.name, second.name)
    let place = PlaceMatch(first.place, second.place)
    var value = match.score
    var method = match.method
    if Self.isRoom(match, of: first.name, second.name) {
      value = min(value, 0.5)
    } else if place.isSame, value >= 0.5 {
      value += (1 - value) * 0.75
      if place.isFar { method = .address } else if method == .fuzzy { method = .place }
    }
    if place.isOtherAddress { value *= 0.75 }
    if place.isFar { value *= place.isSame ? 0.95 : 0.6 }
    switch place.city {
    case .other: value *= 0.3
    // A chain has the name in any city.
    case .unknown where !place.isSame: value = min(value, Self.mostOfDoubtful)
    case .same, .unknown: break
    }
    self.init(value: Self.rounded(value), method: method)
  }

  /// True if one name is a room of the other's place: its words are a part of the name by themselves, or say so.
  private static func isRoom(_ match: NameMatch, of first: LinkName, _ second: LinkName) -> Bool {
    if match.missing.contains(where: { Vocabulary.rooms.contains($0.text) && $0.isDistinctive }) { return true }
    for name in [first, second] {
      let parts = Set(name.tokens.map(\.part))
      for part in parts where parts.count > 1 && part != name.container {
        let words = name.tokens.filter { $0.part == part && $0.isDistinctive }
        let lost = match.missing.filter { $0.part == part && $0.isDistinctive }.map(\.text)
        let isLost = !words.isEmpty && words.allSatisfy { lost.contains($0.text) }
        if isLost, !words.allSatisfy({ Vocabulary.quarters.contains($0.text) }) { return true }
      }
    }
    return false
  }

  /// Four digits, so that a score is the same as read from the database.
  private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
