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

  /// True if the place is in the address's state, and in its city or ZIP code, or next to a city that is known here. An
  /// address that names neither a state nor a city nor a ZIP code cannot be compared.
  static func isPlausible(_ match: GeocodingMatch, for address: PostalAddress) -> Bool {
    let state = address.state.flatMap { USState($0) }
    if let name = address.state {
      guard let found = match.place.state else { return false }
      guard state == nil ? name.lowercased() == found.lowercased() : state == USState(found) else { return false }
    }
    if let state, !state.contains(match.coordinate) { return false }
    guard address.city != nil || address.zip != nil else { return state != nil }
    let center = state.flatMap { state in address.city.flatMap { CityCenter.of($0, in: state) } }
    let distance = center?.kilometers(to: match.coordinate)
    if let distance, distance > CityCenter.maximumKilometers { return false }
    if let city = address.city, let found = match.place.city, CityName(city) == CityName(found) { return true }
    // A street's name occurs in many cities: without the same name, the ZIP code decides.
    if let zip = address.zip, let found = match.place.zip { return zip == found }
    return distance.map { $0 <= CityCenter.neighborKilometers } ?? false
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
