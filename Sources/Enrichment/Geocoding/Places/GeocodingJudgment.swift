/// The decision what is stored of an outcome: coordinates, or a miss and its reason. Wrong coordinates are worse than none,
/// so a place is only believed if it agrees with the address.
enum GeocodingJudgment: Equatable {
  case found(GeocodingMatch)
  case miss(MissReason, GeocodingMatch?)

  init(_ outcome: GeocodingOutcome, for address: PostalAddress) {
    switch outcome {
    case .miss: self = .miss(.noMatch, nil)
    case .ambiguous: self = .miss(.ambiguous, nil)
    case .notAccepted: self = .miss(.notAccepted, nil)
    case .found(let match):
      self =
        if !Self.isPlausible(match, for: address) {
          .miss(.wrongPlace, match)
        } else if match.precision == .city {
          .miss(.cityOnly, match)
        } else if !Self.hasHouse(match, of: address) {
          .miss(.partialMatch, match)
        } else {
          .found(match)
        }
    }
  }

  /// True if the place is in the address's state, and near its city or in the area of its ZIP code. An address that names
  /// neither a state nor a city nor a ZIP code cannot be compared.
  static func isPlausible(_ match: GeocodingMatch, for address: PostalAddress) -> Bool {
    let state = address.state.flatMap { USState($0) }
    if let name = address.state {
      guard let found = match.place.state else { return false }
      guard state == nil ? name.lowercased() == found.lowercased() : state == USState(found) else { return false }
    }
    if let state, !state.contains(match.coordinate) { return false }
    if let state, let city = address.city, let center = CityCenter.of(city, in: state) {
      return center.kilometers(to: match.coordinate) <= CityCenter.maximumKilometers
    }
    if let zip = address.zip, let found = match.place.zip, zip.prefix(3) == found.prefix(3) { return true }
    if let city = address.city, let found = match.place.city, CityName(city) == CityName(found) { return true }
    return address.zip == nil && address.city == nil && state != nil
  }

  /// True unless the match is a part of the address that may be another house's.
  private static func hasHouse(_ match: GeocodingMatch, of address: PostalAddress) -> Bool {
    guard match.isPartial, let number = address.houseNumber else { return true }
    guard let found = match.place.houseNumber else { return match.precision == .street }
    return number == found
  }
}

/// The value of `venue_locations.reason`.
public enum MissReason: String, Sendable, CaseIterable {
  case noMatch = "no match"
  case ambiguous
  case cityOnly = "city only"
  case wrongPlace = "wrong place"
  case partialMatch = "partial match"
  case notAccepted = "not accepted"
  /// The coordinates' time of storage ended, and they could not be looked up again.
  case expired
}
