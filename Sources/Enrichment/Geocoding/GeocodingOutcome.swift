/// The result of looking up an address.
public enum GeocodingOutcome: Equatable, Sendable {
  /// The provider knows one place.
  case found(GeocodingMatch)
  /// The provider knows none.
  case miss
  /// The provider knows several, at a distance from each other.
  case ambiguous
  /// The provider does not take such an address.
  case notAccepted
  /// The address has no street: no provider was asked.
  case noStreet
}

/// A place that a provider has found.
public struct GeocodingMatch: Equatable, Sendable {
  /// The part of an address that the coordinates are of, from the most precise.
  public enum Precision: String, Sendable, CaseIterable {
    case rooftop
    /// Computed from the house number, along its street.
    case interpolated
    case street
    /// A city, a district or a ZIP code's area.
    case city
  }

  public var coordinate: Coordinate
  public var precision: Precision
  /// The address as the provider understood it.
  public var address: String
  /// The provider's id of the place.
  public var placeID: String?
  /// True if the provider matched a part of the address only, or corrected it.
  public var isPartial: Bool
  /// The place in parts, as far as the provider gives them.
  public var place: PostalAddress

  public init(
    _ coordinate: Coordinate, _ precision: Precision, address: String, placeID: String? = nil, isPartial: Bool = false,
    place: PostalAddress
  ) {
    self.coordinate = coordinate
    self.precision = precision
    // A database takes no NUL.
    self.address = PostalAddress.cleaned(address) ?? ""
    self.placeID = PostalAddress.cleaned(placeID)
    self.isPartial = isPartial
    self.place = place
  }
}

extension GeocodingOutcome {
  /// Two results this near are one place: a building and its entrance, or both sides of a street.
  static let samePlaceKilometers = 0.15

  /// The outcome of a provider that returns all matches, the best first.
  init(_ matches: [GeocodingMatch]) {
    guard let best = matches.first else {
      self = .miss
      return
    }
    let isOne = matches.allSatisfy {
      $0.coordinate.kilometers(to: best.coordinate) <= Self.samePlaceKilometers
    }
    self = isOne ? .found(best) : .ambiguous
  }
}
