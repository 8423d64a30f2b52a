import Contracts
import JSON
import Time

/// The geocoder of the US Census Bureau: without a key, for street addresses in the United States, its results in the
/// public domain (https://geocoding.geo.census.gov/geocoder/Geocoding_Services_API.html).
///
/// It computes a place from the house number and the ends of the street's segment. In its responses `x` is the longitude.
public final class CensusGeocoder: Geocoder {
  public static let standardBase = "https://geocoding.geo.census.gov"
  /// The current address ranges.
  static let benchmark = "Public_AR_Current"

  public let provider = GeocodingProvider.census
  /// The service takes 10,000 addresses at once. With fewer, less is lost if an invocation ends meanwhile. It becomes
  /// `smallBatch` when the service fails on more.
  public internal(set) var batchSize: Int
  /// Few enough that one address, on which the service fails, does not hold up many others.
  static let smallBatch = 25
  /// A batch is asked for once: its caller asks for its addresses one by one, or the next run does.
  let batchClient: ProviderClient
  let client: ProviderClient

  /// - Parameter base: the server, without a path.
  public convenience init(base: String = standardBase, time: any TimeSource = SystemTime()) {
    self.init(base: base, batchSize: 500, time: time, random: SystemRandomNumberGenerator())
  }

  init(base: String, batchSize: Int, time: any TimeSource, random: any RandomNumberGenerator) {
    self.batchSize = min(max(1, batchSize), 10_000)
    client = ProviderClient(GeocodingProvider.census.title, base: base, time: time, random: random)
    batchClient = ProviderClient(
      GeocodingProvider.census.title, base: base, attempts: 2, time: time, random: random)
  }

  public func locate(_ address: PostalAddress, deadline: Deadline) throws(PipelineError) -> GeocodingOutcome {
    let path = "/geocoder/locations/onelineaddress"
    let response = try client.json(
      path, [("address", address.line), ("benchmark", Self.benchmark), ("format", "json")], deadline: deadline)
    guard let response else { return .notAccepted }
    guard let found = response.object?["result"]?.object?["addressMatches"]?.array else {
      throw client.changed(path, "its response has no list result.addressMatches")
    }
    var matches: [GeocodingMatch] = []
    for value in found {
      guard let match = Self.match(value, for: address) else {
        throw client.changed(path, "a match has no address or no coordinates")
      }
      matches.append(match)
    }
    return GeocodingOutcome(matches)
  }

  private static func match(_ value: JSONValue, for query: PostalAddress) -> GeocodingMatch? {
    guard let match = value.object, let address = match["matchedAddress"]?.string,
      let point = match["coordinates"]?.object,
      let coordinate = coordinate(x: point["x"]?.number?.double, y: point["y"]?.number?.double)
    else { return nil }
    return self.match(address, coordinate, for: query)
  }

  static func coordinate(x: Double?, y: Double?) -> Coordinate? {
    guard let x, let y else { return nil }
    return Coordinate(latitude: y, longitude: x)
  }

  /// Only a batch's rows say whether a match is exact. It is compared here, so that an address that has one match has the
  /// same result in a batch and alone. A batch does not say how far from each other the matches of a tie are.
  /// - Parameter address: as the service writes it, `532 FRENCHMEN ST, NEW ORLEANS, LA, 70116`.
  static func match(_ address: String, _ coordinate: Coordinate, for query: PostalAddress) -> GeocodingMatch {
    let place = PostalAddress(line: address)
    return GeocodingMatch(
      coordinate, .interpolated, address: address,
      isPartial: NormalizedAddress(query).contradicts(NormalizedAddress(place)), place: place)
  }
}
