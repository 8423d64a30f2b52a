import Contracts
import Time

@testable import Geocoding

/// A geocoder without a network.
final class FakeGeocoder: Geocoder {
  let provider: GeocodingProvider
  let batchSize: Int
  /// The addresses that were asked for, in order.
  private(set) var asked: [String] = []
  /// Called with each address before it is answered.
  var onAsk: (String) -> Void = { _ in }
  private let answer: (PostalAddress) throws(PipelineError) -> GeocodingOutcome

  init(
    _ provider: GeocodingProvider = .census, batchSize: Int = 10,
    answer: @escaping (PostalAddress) throws(PipelineError) -> GeocodingOutcome = { address in .found(make(address)) }
  ) {
    self.provider = provider
    self.batchSize = batchSize
    self.answer = answer
  }

  func locate(_ address: PostalAddress, deadline: Deadline) throws(PipelineError) -> GeocodingOutcome {
    asked.append(address.line)
    onAsk(address.line)
    return try answer(address)
  }
}

/// Returns a match in New Orleans for an address: its house number moves it east.
func make(
  _ address: PostalAddress, precision: GeocodingMatch.Precision = .interpolated, state: String = "LA",
  city: String = "NEW ORLEANS"
) -> GeocodingMatch {
  let number = address.street.flatMap { Double($0.prefix { $0.isNumber }) } ?? 0
  return GeocodingMatch(
    point(29.96, -90.06 + number / 100_000), precision, address: address.line.uppercased(),
    placeID: "id-\(Int(number))",
    place: PostalAddress(line: address.line, street: address.street, city: city, state: state, postalCode: "70116"))
}

func point(_ latitude: Double, _ longitude: Double) -> Coordinate {
  guard let point = Coordinate(latitude: latitude, longitude: longitude) else {
    preconditionFailure("\(latitude), \(longitude) is no coordinate")
  }
  return point
}
