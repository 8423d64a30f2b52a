/// A venue, prepared for comparisons.
struct LinkVenue {
  let name: LinkName
  let place: LinkPlace

  /// The city of the listing: a venue without one is there.
  private static let home: Set<String> = ["new", "orleans"]

  init(name: String, place: LinkPlace) {
    self.name = .venue(name, city: place.city.isEmpty ? Self.home : place.city)
    self.place = place
  }
}

/// The place of a venue, as far as it is known.
struct LinkPlace {
  /// The words of its city; empty if it is unknown.
  let city: Set<String>
  /// Its state or province, and its country; nil if it is unknown.
  let state: Region?
  let country: Region?
  /// The number and the words of its street; nil if there is none.
  let street: (number: String, words: Set<String>)?
  let point: (latitude: Double, longitude: Double)?

  init(
    city: String?, state: String? = nil, country: String? = nil, address: String?, latitude: Double? = nil,
    longitude: Double? = nil
  ) {
    self.state = Region(state, Region.states)
    self.country = Region(country, Region.countries)
    self.city = Set(NameWords.of(city ?? "").map(\.text))
    let words = NameWords.of(address ?? "").filter { $0.part == 0 }.map(\.text)
    if let number = words.first, number.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
      let street = Set(words.dropFirst()).subtracting(Self.streetWords)
      self.street = street.isEmpty ? nil : (number, street)
    } else {
      street = nil
    }
    point = latitude.flatMap { latitude in longitude.map { (latitude, $0) } }
  }

  /// Words that are written or not, or in several ways. `st` is street and saint.
  private static let streetWords: Set<String> = [
    "st", "avenue", "boulevard", "blvd", "drive", "dr", "way", "place", "pl", "court", "ct", "lane", "ln",
    "highway", "hwy", "road", "rd", "north", "south", "east", "west", "n", "s", "e", "w", "with", "the",
  ]
}
