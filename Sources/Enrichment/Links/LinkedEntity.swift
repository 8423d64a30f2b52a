/// A kind of entity that several sources have.
public enum LinkedEntity: String, CaseIterable, Sendable {
  case artist, venue
}

/// An artist or a venue of a source, as it is compared.
struct LinkRow {
  let source: String
  let id: String
  let name: String
  let city: String?
  let state: String?
  let country: String?
  let address: String?
  let latitude: Double?
  let longitude: Double?
  /// The hash of the values above.
  let fingerprint: String
  /// True for a row of the tables of concerts, false for one of the catalog.
  let isLeft: Bool
  /// True if it was not compared with these values yet.
  let isDue: Bool
}

/// An entity, prepared for comparisons.
struct LinkSubject {
  let row: LinkRow
  let name: LinkName
  private let venue: LinkVenue?

  init(_ row: LinkRow, _ entity: LinkedEntity) {
    self.row = row
    switch entity {
    case .artist:
      venue = nil
      name = .artist(row.name)
    case .venue:
      let place = LinkPlace(
        city: row.city, state: row.state, country: row.country, address: row.address, latitude: row.latitude,
        longitude: row.longitude)
      let venue = LinkVenue(name: row.name, place: place)
      self.venue = venue
      name = venue.name
    }
  }

  func score(with other: LinkSubject) -> LinkScore {
    guard let venue, let second = other.venue else { return LinkScore(name, other.name) }
    return LinkScore(venue, second)
  }
}
