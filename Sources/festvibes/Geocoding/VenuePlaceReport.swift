import Foundation
import Geocoding

/// Venues and their places, as a table and for programs.
struct VenuePlaceReport {
  let places: [VenuePlace]
  /// True for the list of all venues without coordinates.
  let isOfAll: Bool

  func lines(for terminal: Terminal) -> [String] {
    guard !places.isEmpty else { return ["Every venue has coordinates."] }
    return table.lines(width: terminal.size?.width, colors: terminal.colors)
      + (isOfAll ? ["", "--at sets a venue's coordinates by hand."] : [])
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: "id", isRight: true), .init(title: "venue", minimum: 12), .init(title: "place", minimum: 14),
      .init(title: "address", rank: 2, minimum: 14), .init(title: "the geocoder's", rank: 1, minimum: 14),
    ])
    table.rows = places.map { place in
      [
        .init(place.id), .init(place.name), .init(Self.text(of: place)), .init(place.address ?? "none"),
        .init(place.matchedAddress ?? ""),
      ]
    }
    return table
  }

  private static func text(of place: VenuePlace) -> String {
    if let point = place.coordinate { return "\(point.latitude),\(point.longitude) \(place.provider ?? "")" }
    if let reason = place.reason { return reason }
    return place.address == nil ? "no address" : "not looked up"
  }

  /// A JSON list, an object a line.
  func json() throws -> String {
    let objects = try places.map { place in
      try JSONText.line([
        "id": place.id, "name": place.name, "address": RunObject.nullable(place.address),
        "latitude": RunObject.nullable(place.coordinate?.latitude),
        "longitude": RunObject.nullable(place.coordinate?.longitude),
        "provider": RunObject.nullable(place.provider), "reason": RunObject.nullable(place.reason),
        "matched_address": RunObject.nullable(place.matchedAddress),
        "retry_at": RunObject.nullable(place.retryAt?.ISO8601Format()),
      ])
    }
    return objects.isEmpty ? "[]" : "[\n\(objects.joined(separator: ",\n"))\n]"
  }
}
