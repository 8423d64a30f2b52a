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
  let street: StreetAddress?
  let point: (latitude: Double, longitude: Double)?

  init(
    city: String?, state: String? = nil, country: String? = nil, address: String?, latitude: Double? = nil,
    longitude: Double? = nil
  ) {
    self.state = Region(state, Region.states)
    self.country = Region(country, Region.countries)
    self.city = Set(NameWords.of(city ?? "").map(\.text))
    street = address.flatMap { StreetAddress($0) }
    point = latitude.flatMap { latitude in longitude.map { (latitude, $0) } }
  }
}
