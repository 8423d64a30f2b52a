import JSON

/// A result in a response of Google.
enum GoogleResult {
  /// Types of a result that is an area. https://developers.google.com/maps/documentation/geocoding/requests-geocoding#Types
  private static let areas: Set<String> = [
    "administrative_area_level_1", "administrative_area_level_2", "administrative_area_level_3", "colloquial_area",
    "country", "locality", "neighborhood", "political", "postal_code", "sublocality",
  ]

  /// - Returns: nil if it lacks its address or its coordinates.
  static func match(_ value: JSONValue) -> GeocodingMatch? {
    guard let result = value.object, let address = result["formatted_address"]?.string,
      let geometry = result["geometry"]?.object, let point = geometry["location"]?.object,
      let latitude = point["lat"]?.number?.double, let longitude = point["lng"]?.number?.double,
      let coordinate = Coordinate(latitude: latitude, longitude: longitude)
    else { return nil }
    let types = result["types"]?.array?.compactMap(\.string) ?? []
    let components = result["address_components"]?.array ?? []
    func component(_ type: String, _ form: String = "long_name") -> String? {
      components.lazy.compactMap(\.object).first { $0["types"]?.array?.contains(.string(type)) == true }?[form]?.string
    }
    let street = [component("street_number"), component("route")].compactMap { $0 }.joined(separator: " ")
    return GeocodingMatch(
      coordinate, precision(geometry["location_type"]?.string, types), address: address,
      placeID: result["place_id"]?.string, isPartial: result["partial_match"] == .bool(true),
      place: place(
        address, street: street, city: component("locality") ?? component("sublocality"),
        state: component("administrative_area_level_1", "short_name"), postalCode: component("postal_code")))
  }

  /// The parts that the response gives, else those of the formatted address.
  private static func place(
    _ address: String, street: String, city: String?, state: String?, postalCode: String?
  ) -> PostalAddress {
    let line = PostalAddress(line: address)
    return PostalAddress(
      line: address, street: street.isEmpty ? line.street : street, city: city ?? line.city, state: state ?? line.state,
      postalCode: postalCode ?? line.postalCode)
  }

  private static func precision(_ locationType: String?, _ types: [String]) -> GeocodingMatch.Precision {
    switch locationType {
    case "ROOFTOP": .rooftop
    case "RANGE_INTERPOLATED": .interpolated
    // The middle of a street, of a building's outline, or of an area.
    case "GEOMETRIC_CENTER" where !types.contains(where: areas.contains): .street
    case _ where types.contains("route"): .street
    default: .city
    }
  }
}
