import FoundationEssentials

/// A venue and its location, for people.
public struct VenuePlace: Equatable, Sendable {
  public let id: Int
  public let name: String
  /// The address as it is looked up; nil if the venue has none that can be.
  public let address: String?
  /// The venue's coordinates, as readers see them.
  public let coordinate: Coordinate?
  /// The value of `venue_locations.provider`; nil if the venue was not looked up.
  public let provider: String?
  /// The reason of a miss; nil if the venue was found, or not looked up.
  public let reason: String?
  /// The address as the provider understood it.
  public let matchedAddress: String?
  public let retryAt: Date?
}
