import APIRouting
import FoundationEssentials
import JSON

/// A circle on the map, from the parameters `near` and `within`.
struct Area: Equatable {
  /// Degrees.
  let latitude: Double
  let longitude: Double
  /// Metres.
  let radius: Int

  /// The metres that people walk.
  static let standardRadius = 1000

  static let parameters = [
    RouteParameter(
      "near", .text(longest: 40),
      "Only what is near a point: its latitude and longitude in degrees (WGS 84), with a comma between them. What has "
        + "no known coordinates is left out: a venue of a listing has none before it is geocoded"
    ).documented(
      example: "29.9640,-90.0580",
      pattern:
        #"^-?(90(\.0{1,10})?|[0-8]?[0-9](\.[0-9]{1,10})?), ?-?(180(\.0{1,10})?|(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,10})?)$"#
    ),
    RouteParameter(
      "within", .integer(1...100_000), standard: "\(standardRadius)",
      "Only with near: the distance from the point, in metres, up to which something is near it"
    ).documented(example: "1500"),
  ]

  static let rules = [ParameterRule.needs("within", "near")]

  /// - Returns: nil without `near`.
  /// - Throws: status 422 for a text that is no point.
  init?(_ call: RouteCall) throws(APIProblem) {
    guard let text = call.text("near") else { return nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    // As people write it: with a space behind the comma.
    guard parts.count == 2, let latitude = Self.degrees(parts[0], most: 90),
      let longitude = Self.degrees(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1], most: 180)
    else {
      throw .parameters([
        .init(
          "near",
          "must be a latitude from -90 to 90 and a longitude from -180 to 180, like 29.9640,-90.0580, with up to ten "
            + "digits behind the point")
      ])
    }
    self.latitude = latitude
    self.longitude = longitude
    radius = call.integer("within") ?? Self.standardRadius
  }

  /// Reads degrees as the pattern of `near` has them: digits, three of them without a zero in front, and one to ten
  /// more behind a point.
  private static func degrees(_ text: Substring, most: Double) -> Double? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      (1...2).contains(parts[0].utf8.count) || parts[0].utf8.count == 3 && parts[0].utf8.first != 0x30,
      parts.count == 1 || (1...10).contains(parts[1].utf8.count), let degrees = Double(String(text)),
      degrees.magnitude <= most
    else { return nil }
    return degrees
  }

  /// The distance of a venue, in metres, as SQL; on a sphere, which is exact to half a percent. Null for coordinates
  /// that no place has.
  /// - Parameter query: gets the point's values.
  func distance(in query: inout ListQuery, latitude column: String, longitude other: String) -> String {
    let (north, east) = (query.add(.double(latitude)), query.add(.double(longitude)))
    return """
      case when abs(\(column)) <= 90 and abs(\(other)) <= 180 then
        12742000 * asin(sqrt(least(1, sin(radians(\(column) - \(north)) / 2) ^ 2
          + cos(radians(\(north))) * cos(radians(\(column))) * sin(radians(\(other) - \(east)) / 2) ^ 2))) end
      """
  }
}
