import Contracts
import JSON
import Text
import Time

/// A Nominatim server of the operator's own (https://nominatim.org/release-docs/latest/api/Search). The public one is
/// refused by `GeocodingSettings`: its policy forbids regular and bulk use.
public final class NominatimGeocoder: Geocoder {
  public let provider = GeocodingProvider.nominatim
  /// A request has one address. So many are looked up before they are stored.
  public let batchSize = 25
  private static let path = "/search"

  private let client: ProviderClient

  /// - Parameters:
  ///   - base: the server's address, with the path at which Nominatim is.
  ///   - minimumInterval: the least time between two requests.
  public convenience init(
    base: String, minimumInterval: Duration = .seconds(1), time: any TimeSource = SystemTime()
  ) {
    self.init(base: base, minimumInterval: minimumInterval, time: time, random: SystemRandomNumberGenerator())
  }

  init(base: String, minimumInterval: Duration, time: any TimeSource, random: any RandomNumberGenerator) {
    client = ProviderClient(
      GeocodingProvider.nominatim.title, base: base, minimumInterval: minimumInterval, time: time, random: random)
  }

  public func locate(_ address: PostalAddress, deadline: Deadline) throws(PipelineError) -> GeocodingOutcome {
    let response = try client.json(
      Self.path,
      [("q", address.line), ("format", "jsonv2"), ("addressdetails", "1"), ("limit", "5"), ("countrycodes", "us")],
      deadline: deadline)
    guard let response else { return .notAccepted }
    guard let results = response.array else { throw client.changed(Self.path, "its response is no list") }
    var ranked: [(rank: Int64, match: GeocodingMatch)] = []
    for result in results {
      guard let place = Self.match(result, for: address) else {
        throw client.changed(Self.path, "a result has no address or no coordinates")
      }
      ranked.append(place)
    }
    // With a house it often returns the street too, and the other way around.
    let best = ranked.map(\.rank).max()
    return GeocodingOutcome(ranked.filter { $0.rank == best }.map(\.match))
  }

  private static func match(
    _ value: JSONValue, for address: PostalAddress
  ) -> (rank: Int64, match: GeocodingMatch)? {
    guard let result = value.object, let name = result["display_name"]?.string,
      let latitude = number(result["lat"]), let longitude = number(result["lon"]),
      let coordinate = Coordinate(latitude: latitude, longitude: longitude)
    else { return nil }
    let parts = result["address"]?.object
    func part(_ names: String...) -> String? { names.lazy.compactMap { parts?[$0]?.string }.first }
    let street = [part("house_number"), part("road", "pedestrian")].compactMap { $0 }.joined(separator: " ")
    let place = PostalAddress(
      line: name, street: street, city: part("city", "town", "village", "hamlet", "municipality"),
      state: part("ISO3166-2-lvl4").flatMap { USState($0)?.code } ?? part("state"), postalCode: part("postcode"))
    // https://nominatim.org/release-docs/latest/customize/Ranking: 30 houses and points, 26 and 27 streets.
    let rank = result["place_rank"]?.number?.integer ?? 0
    let precision: GeocodingMatch.Precision = rank >= 28 ? .rooftop : rank >= 26 ? .street : .city
    // Its own ids change with each import; those of OpenStreetMap are of the map.
    let id: String? =
      if let type = result["osm_type"]?.string, let number = result["osm_id"]?.number { "\(type)/\(number)" } else {
        nil
      }
    let isPartial = address.houseNumber != nil && address.houseNumber != place.houseNumber
    return (
      rank,
      GeocodingMatch(coordinate, precision, address: name, placeID: id, isPartial: isPartial, place: place)
    )
  }

  /// It writes coordinates as texts.
  private static func number(_ value: JSONValue?) -> Double? {
    value?.number?.double ?? value?.string.flatMap { Double($0) }
  }
}
