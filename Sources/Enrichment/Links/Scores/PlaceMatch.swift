import Glibc

/// The evidence of the places of two venues.
struct PlaceMatch {
  enum City { case same, other, unknown }

  let city: City
  /// True for one address, or for points of which one is the other's door. With `isFar`, only the address says so.
  let isSame: Bool
  let isOtherAddress: Bool
  let isFar: Bool

  /// In meters. Geocoders differ by the length of a house, and streets of clubs have a door every 20 meters.
  static let sameDoor = 40.0
  static let far = 1000.0
  /// The distance that a point may have from a house of its city.
  static let acrossTown = 100_000.0

  init(_ first: LinkPlace, _ second: LinkPlace) {
    let distance = Self.distance(first, second)
    let isNear = distance.map { $0 <= Self.sameDoor } ?? false
    isFar = distance.map { $0 > Self.far } ?? false
    city = Self.city(first, second, isNear: isNear)
    if let one = first.street, let other = second.street {
      let isOne = one.isAlike(other)
      // Geocoders err, and a source may give the city's point. But cities of one name have streets of one name.
      let isCertain = first.state != nil && second.state != nil || distance.map { $0 <= Self.acrossTown } ?? true
      let outweighs = one.isEqual(to: other) && city == .same && isCertain
      isSame = isOne && city != .other && (!isFar || outweighs)
      isOtherAddress = !isOne
    } else {
      isSame = isNear
      isOtherAddress = false
    }
  }

  private static func city(_ first: LinkPlace, _ second: LinkPlace, isNear: Bool) -> City {
    let isOtherState = first.state.flatMap { state in second.state.map { state.isOther(than: $0) } }
    let isOtherCountry = first.country.flatMap { country in second.country.map { country.isOther(than: $0) } }
    // Cities of one name are in many states.
    if isOtherState == true || isOtherCountry == true { return .other }
    if first.city.isEmpty || second.city.isEmpty { return .unknown }
    // A suburb may be written as the city. The points know better.
    if first.city == second.city || isNear { return .same }
    guard first.city.isSubset(of: second.city) || second.city.isSubset(of: first.city) else { return .other }
    // Orleans in Massachusetts is no part of New Orleans.
    return isOtherState == false ? .same : .unknown
  }

  /// By the law of haversines, in meters.
  private static func distance(_ first: LinkPlace, _ second: LinkPlace) -> Double? {
    guard let one = first.point, let other = second.point else { return nil }
    let degree = Double.pi / 180
    let (latitude, longitude) = ((other.0 - one.0) * degree, (other.1 - one.1) * degree)
    let (north, east) = (sin(latitude / 2), sin(longitude / 2))
    let half = north * north + cos(one.0 * degree) * cos(other.0 * degree) * east * east
    return 2 * 6_371_009 * asin(min(1, half.squareRoot()))
  }
}
