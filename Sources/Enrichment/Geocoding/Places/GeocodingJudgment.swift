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
    case .noStreet: self = .miss(.noStreet, nil)
    case .found(let match):
      self = Self.problem(of: match, for: address).map { .miss($0, match) } ?? .found(match)
    }
  }

  /// Returns why a match is not believed; nil for one that is the address.
  static func problem(of match: GeocodingMatch, for address: PostalAddress) -> MissReason? {
    let (asked, found) = (NormalizedAddress(address), NormalizedAddress(match.place))
    guard isPlausible(match, for: address) else { return .wrongPlace }
    guard match.precision != .city else { return .cityOnly }
    // A street's middle is not its house.
    if asked.number != nil, match.precision == .street { return .streetOnly }
    guard asked.number == found.number, asked.number != nil || !match.isPartial else { return .partialMatch }
    guard let street = asked.street, let other = found.street, street.isSame(as: other) else { return .otherStreet }
    // North and South Rampart, Canal Street and Boulevard: what one lacks must not decide between two ZIP codes. And in
    // another ZIP code a city may have the street a second time.
    let hasSameZIP = asked.zip != nil && asked.zip == found.zip
    if street != other, !hasSameZIP { return .otherStreet }
    let hasOtherZIP = asked.zip != nil && found.zip != nil && !hasSameZIP
    return hasOtherZIP && asked.number == nil ? .wrongPlace : nil
  }

  /// True if the place is in the address's state, and in its city or ZIP code. An address without a state needs the ZIP
  /// code: cities of many states have one name, as their streets do.
  static func isPlausible(_ match: GeocodingMatch, for address: PostalAddress) -> Bool {
    let (asked, found) = (NormalizedAddress(address), NormalizedAddress(match.place))
    guard let state = found.state, state.contains(match.coordinate) else { return false }
    let hasSameZIP = asked.zip != nil && asked.zip == found.zip
    guard asked.state == nil ? hasSameZIP : asked.state == state else { return false }
    if let city = address.city, let center = CityCenter.of(city, in: state),
      center.kilometers(to: match.coordinate) > CityCenter.maximumKilometers
    {
      return false
    }
    return hasSameZIP || asked.city != nil && asked.city == found.city
  }
}

/// The value of `venue_locations.reason`.
public enum MissReason: String, Sendable, CaseIterable {
  case noMatch = "no match"
  case ambiguous
  case cityOnly = "city only"
  case streetOnly = "street only"
  case wrongPlace = "wrong place"
  case otherStreet = "other street"
  case partialMatch = "partial match"
  case notAccepted = "not accepted"
  /// The address has no street, and no provider was asked.
  case noStreet = "no street"
  /// The provider gave no usable response.
  case failed
  /// The coordinates' time of storage ended, and they could not be looked up again.
  case expired
}
