extension Reading {
  /// The word by which a question relates an event to a place.
  enum Preposition { case at, on, `in`, near }

  /// The most words of a place's name that are tried.
  private static let longestPhrase = 7

  /// Reads which place the question names: `near Frenchmen Street`, `at the Maple Leaf`, `in Metairie`. A place that is not
  /// known stays in what is compared by meaning.
  mutating func readPlace() {
    var best: (place: Place, words: Range<Int>, score: Double)?
    for index in words.indices {
      guard let (preposition, within, start) = opening(at: index),
        let (found, end, score) = longestPlace(from: start, after: preposition)
      else { continue }
      var place = found
      // `in the courtyard` and `by Maple` are seldom the venues with such a word in their names.
      if place.isVenue && preposition != .at || words[index].key == "by", score < 0.8 { continue }
      if let within, preposition == .near { place.within = within }
      // Of several the one that is named best: `in the house at Tipitina's`.
      if score > best?.score ?? 0 { best = (place, index..<end, score) }
    }
    guard let best else { return readStreet() }
    // A venue that is named in full, without a word before it, is surer than a part of another's name.
    if best.score < 0.95, namesVenue() { return }
    question.place = best.place
    take(best.words, as: .place)
  }

  /// A street that is named with its kind needs no word before it: `brass band Frenchmen Street`.
  private mutating func readStreet() {
    for end in words.indices where key(end).map(Street.kinds.contains) == true && words[end].key != "st" {
      for start in max(0, end - 3)..<max(end, 1) where start < end {
        let range = start..<end + 1
        guard range.allSatisfy({ key($0) != nil }) else { continue }
        let phrase = words[range].map(\.key)
        guard let street = best(phrase, among: names.places.filter({ $0.kind == .street })) else { continue }
        question.place = made(street.places, .on)
        return take(range, as: .place)
      }
    }
  }

  /// The words that lead to a place: the preposition, a distance, and where the place begins.
  private func opening(at index: Int) -> (Preposition, within: Double?, start: Int)? {
    guard let word = key(index) else { return nil }
    let next = key(index + 1)
    switch word {
    case "at": return (.at, nil, index + 1)
    case "on", "along": return (.on, nil, index + 1)
    case "in", "inside": return (.in, nil, index + 1)
    case "near", "nearby", "around", "beside", "by": return (.near, nil, index + (next == "to" ? 2 : 1))
    case "close" where next == "to", "next" where next == "to": return (.near, nil, index + 2)
    case "walking" where next == "distance":
      return (.near, SearchOptions.near, index + (["of", "from", "to"].contains(key(index + 2)) ? 3 : 2))
    default: return distance(at: index).map { (.near, $0.metres, $0.end) }
    }
  }

  private static let units = [
    "m": 1.0, "meter": 1, "meters": 1, "metre": 1, "metres": 1, "km": 1000, "kilometer": 1000, "kilometers": 1000,
    "kilometre": 1000, "kilometres": 1000, "mile": 1609, "miles": 1609, "mi": 1609, "block": 100, "blocks": 100,
    "feet": 0.3048, "ft": 0.3048, "minutes": 80,
  ]

  /// `500 m from`, `within half a mile of`.
  private func distance(at index: Int) -> (metres: Double, end: Int)? {
    var place = key(index) == "within" ? index + 1 : index
    var count: Double?
    switch key(place) {
    case "a", "one": count = 1
    case "half": count = 0.5
    case "two": count = 2
    case "three": count = 3
    case "few": count = 3
    case let word?: count = Double(word)
    case nil: return nil
    }
    place += 1
    while ["a", "few"].contains(key(place)) { place += 1 }
    guard let count, count > 0, count < 100_000, let unit = key(place).flatMap({ Self.units[$0] }) else { return nil }
    place += 1
    if key(place) == "walk" { place += 1 }
    guard ["of", "from", "around", "to"].contains(key(place)) else { return nil }
    return (count * unit, place + 1)
  }

  /// The longest run of words that names a place.
  private func longestPlace(from start: Int, after preposition: Preposition) -> (Place, end: Int, score: Double)? {
    let first = key(start) == "the" ? start + 1 : start
    var end = first
    while end < words.count, end < first + Self.longestPhrase, key(end) != nil || words[end].isQuoted {
      end += 1
      if words[end - 1].endsPhrase { break }
    }
    while end > first {
      if let (place, score) = scoredPlace(words[first..<end].map(\.key), after: preposition) {
        return (place, end, score)
      }
      end -= 1
    }
    return nil
  }

  /// The place that a phrase names; nil for none.
  func place(_ phrase: [String], after preposition: Preposition) -> Place? {
    scoredPlace(phrase, after: preposition)?.place
  }

  private func scoredPlace(_ phrase: [String], after preposition: Preposition) -> (place: Place, score: Double)? {
    guard let (found, score) = best(phrase, among: names.places) else { return nil }
    // Where most venues are in a city, it leaves out only those whose city is unknown.
    let isEverywhere = found.first?.kind == .locality && (found.first?.venues.count ?? 0) * 2 > names.venues.count
    return isEverywhere ? nil : made(found, preposition).map { ($0, score) }
  }

  /// The places that a phrase names best: several if their names fit alike.
  private func best(_ phrase: [String], among places: [KnownPlace]) -> (places: [KnownPlace], score: Double)? {
    let hasKind = phrase.count > 1 && phrase.last.map(Street.kinds.contains) == true
    let scored = places.compactMap { place in
      place.score(of: phrase).map { (place, $0 + (hasKind && place.kind == .street ? 0.5 : 0)) }
    }
    guard let top = scored.map(\.1).max() else { return nil }
    let found = scored.filter { $0.1 > top - 0.001 }.map(\.0)
    // A part of many names is none.
    guard top >= 1 || found.count <= 3 else { return nil }
    return (found, top)
  }

  private func made(_ found: [KnownPlace], _ preposition: Preposition) -> Place? {
    // A street and a venue may have one name: what the preposition goes with is meant.
    let order: [KnownPlace.Kind] =
      switch preposition {
      case .at, .near: [.venue, .street, .locality]
      case .on: [.street, .venue, .locality]
      case .in: [.locality, .venue, .street]
      }
    guard let kind = order.first(where: { kind in found.contains { $0.kind == kind } }) else { return nil }
    let chosen = found.filter { $0.kind == kind }
    let word = preposition == .near ? "near" : kind == .venue ? "at" : kind == .street ? "on" : "in"
    var place = Place("\(word) \(chosen.map(\.name).uniqued().joined(separator: " or "))")
    place.venues = chosen.flatMap(\.venues)
    place.isVenue = kind == .venue && preposition != .near
    guard preposition == .near else { return place }
    place.within = SearchOptions.near
    let ids = Set(place.venues)
    let venues = names.venues.filter { ids.contains($0.id) }
    guard !venues.contains(where: \.isLocated) else { return place }
    // Without coordinates the venues of the same street are all that is known to be near.
    place.lacksCoordinates = true
    let streets = venues.compactMap { $0.thoroughfare.flatMap(Street.init)?.words }
    place.venues += names.venues.filter { venue in
      !ids.contains(venue.id) && venue.thoroughfare.flatMap(Street.init).map { streets.contains($0.words) } == true
    }.map(\.id)
    return place
  }
}
