import Glibc

/// A point on the earth, WGS 84, in degrees.
public struct Coordinate: Equatable, Sendable {
  public let latitude: Double
  public let longitude: Double

  /// - Returns: nil for numbers that are no coordinate, and for 0, 0, which is how programs write an unknown one.
  public init?(latitude: Double, longitude: Double) {
    guard (-90...90).contains(latitude), (-180...180).contains(longitude), latitude != 0 || longitude != 0 else {
      return nil
    }
    self.latitude = latitude
    self.longitude = longitude
  }

  /// The distance along a great circle of a spherical earth: exact to half a percent.
  public func kilometers(to other: Coordinate) -> Double {
    let radians = Double.pi / 180
    let (a, b) = (latitude * radians, other.latitude * radians)
    let north = sin((b - a) / 2)
    let east = sin((other.longitude - longitude) * radians / 2)
    return 2 * 6371.0088 * asin(min(1, (north * north + cos(a) * cos(b) * east * east).squareRoot()))
  }
}
