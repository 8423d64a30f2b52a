import ArgumentParser
import Search

/// A point on the command line: `29.9636,-90.0582`.
struct SearchPoint: Equatable {
  let value: Place.Point

  /// Nil for the name of a place.
  /// - Throws: `ValidationError` for two numbers that are no point.
  init?(_ text: String) throws {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      Double(part.split(separator: " ").joined())
    }
    guard parts.count == 2, let latitude = parts[0], let longitude = parts[1] else { return nil }
    guard (-90...90).contains(latitude), (-180...180).contains(longitude) else {
      throw ValidationError(
        "--near '\(text)' is no point: latitude is -90 to 90 and comes first, longitude is -180 to 180")
    }
    value = Place.Point(latitude: latitude, longitude: longitude)
  }
}
