/// A provider's name, as it is stored, and the terms under which its results may be.
public struct GeocodingProvider: Equatable, Sendable {
  /// The value of `venue_locations.provider`.
  public let name: String
  /// The name for people.
  public let title: String
  /// The days for which coordinates may be stored; nil if there is no limit. The legacy system's are looked up again then,
  /// too: they are from Google.
  public let storageDays: Int?

  public static let census = GeocodingProvider(name: "census", title: "the US Census geocoder", storageDays: nil)
  /// Google's terms for its Geocoding API: coordinates for 30 days, `place_id` without a limit.
  public static let google = GeocodingProvider(name: "google", title: "Google's geocoder", storageDays: 30)
  /// The data are under the ODbL, which has no limit of time.
  public static let nominatim = GeocodingProvider(name: "nominatim", title: "Nominatim", storageDays: nil)
}
