/// A provider's name, as it is stored, and the terms under which its results may be.
public struct GeocodingProvider: Equatable, Sendable {
  /// The value of `venue_locations.provider`.
  public let name: String
  /// The name for people.
  public let title: String
  /// The days after which coordinates are looked up again, or removed; nil if there is no limit.
  public let storageDays: Int?

  public static let census = GeocodingProvider(name: "census", title: "the US Census geocoder", storageDays: nil)
  /// Google's terms for its Geocoding API: coordinates for 30 days, `place_id` without a limit. With 28 days a run each day
  /// keeps to that, also if one fails.
  public static let google = GeocodingProvider(name: "google", title: "Google's geocoder", storageDays: 28)
  /// The data are under the ODbL, which has no limit of time.
  public static let nominatim = GeocodingProvider(name: "nominatim", title: "Nominatim", storageDays: nil)
}
