/// A state of the United States, or the District of Columbia, with the box around it.
struct USState: Equatable {
  let code: String
  let name: String
  private let south: Double
  private let north: Double
  private let west: Double
  private let east: Double

  /// Boxes of two decimals, and bridges and piers beyond the line.
  private static let margin = 0.2

  private init(_ code: String, _ name: String, _ south: Double, _ north: Double, _ west: Double, _ east: Double) {
    self.code = code
    self.name = name
    self.south = south
    self.north = north
    self.west = west
    self.east = east
  }

  /// - Parameter text: a code or a name, as `LA`, `La.`, `US-LA` or `Louisiana`.
  /// - Returns: nil for any other text.
  init?(_ text: String) {
    let letters = text.uppercased().filter { $0.isLetter || $0 == " " }
    let code = text.uppercased().hasPrefix("US-") ? String(letters.dropFirst(2)) : letters
    guard let state = Self.all.first(where: { $0.code == code || $0.name.uppercased() == letters }) else { return nil }
    self = state
  }

  /// True for a point in the state, or near its border.
  func contains(_ point: Coordinate) -> Bool {
    (south - Self.margin...north + Self.margin).contains(point.latitude)
      && (west - Self.margin...east + Self.margin).contains(point.longitude)
  }

  private static let all = [
    USState("AL", "Alabama", 30.14, 35.01, -88.48, -84.88),
    USState("AK", "Alaska", 51.2, 71.5, -180, -129.9),
    USState("AZ", "Arizona", 31.33, 37.01, -114.82, -109.04),
    USState("AR", "Arkansas", 33.0, 36.5, -94.62, -89.64),
    USState("CA", "California", 32.53, 42.01, -124.48, -114.13),
    USState("CO", "Colorado", 36.99, 41.01, -109.06, -102.04),
    USState("CT", "Connecticut", 40.98, 42.06, -73.73, -71.78),
    USState("DE", "Delaware", 38.45, 39.84, -75.79, -75.04),
    USState("DC", "District of Columbia", 38.79, 39.0, -77.12, -76.9),
    USState("FL", "Florida", 24.39, 31.01, -87.64, -79.97),
    USState("GA", "Georgia", 30.35, 35.01, -85.61, -80.84),
    USState("HI", "Hawaii", 18.91, 28.45, -178.4, -154.8),
    USState("ID", "Idaho", 41.98, 49.01, -117.25, -111.04),
    USState("IL", "Illinois", 36.97, 42.51, -91.52, -87.01),
    USState("IN", "Indiana", 37.77, 41.77, -88.1, -84.78),
    USState("IA", "Iowa", 40.37, 43.51, -96.64, -90.14),
    USState("KS", "Kansas", 36.99, 40.01, -102.06, -94.58),
    USState("KY", "Kentucky", 36.49, 39.15, -89.58, -81.96),
    USState("LA", "Louisiana", 28.92, 33.02, -94.05, -88.81),
    USState("ME", "Maine", 42.97, 47.46, -71.09, -66.94),
    USState("MD", "Maryland", 37.88, 39.73, -79.49, -75.04),
    USState("MA", "Massachusetts", 41.23, 42.89, -73.51, -69.92),
    USState("MI", "Michigan", 41.69, 48.31, -90.42, -82.12),
    USState("MN", "Minnesota", 43.49, 49.39, -97.24, -89.48),
    USState("MS", "Mississippi", 30.17, 35.0, -91.66, -88.09),
    USState("MO", "Missouri", 35.99, 40.62, -95.78, -89.09),
    USState("MT", "Montana", 44.35, 49.01, -116.06, -104.03),
    USState("NE", "Nebraska", 39.99, 43.01, -104.06, -95.3),
    USState("NV", "Nevada", 35.0, 42.01, -120.01, -114.03),
    USState("NH", "New Hampshire", 42.69, 45.31, -72.56, -70.6),
    USState("NJ", "New Jersey", 38.92, 41.36, -75.57, -73.88),
    USState("NM", "New Mexico", 31.33, 37.01, -109.06, -103.0),
    USState("NY", "New York", 40.49, 45.02, -79.77, -71.85),
    USState("NC", "North Carolina", 33.84, 36.59, -84.33, -75.45),
    USState("ND", "North Dakota", 45.93, 49.01, -104.06, -96.55),
    USState("OH", "Ohio", 38.4, 42.33, -84.83, -80.51),
    USState("OK", "Oklahoma", 33.61, 37.01, -103.01, -94.43),
    USState("OR", "Oregon", 41.99, 46.3, -124.71, -116.46),
    USState("PA", "Pennsylvania", 39.71, 42.52, -80.53, -74.68),
    USState("RI", "Rhode Island", 41.14, 42.02, -71.91, -71.08),
    USState("SC", "South Carolina", 32.03, 35.22, -83.36, -78.5),
    USState("SD", "South Dakota", 42.47, 45.95, -104.06, -96.43),
    USState("TN", "Tennessee", 34.98, 36.68, -90.32, -81.64),
    USState("TX", "Texas", 25.83, 36.51, -106.66, -93.5),
    USState("UT", "Utah", 36.99, 42.01, -114.06, -109.04),
    USState("VT", "Vermont", 42.72, 45.02, -73.45, -71.46),
    USState("VA", "Virginia", 36.54, 39.47, -83.68, -75.16),
    USState("WA", "Washington", 45.54, 49.01, -124.85, -116.91),
    USState("WV", "West Virginia", 37.2, 40.64, -82.65, -77.71),
    USState("WI", "Wisconsin", 42.49, 47.31, -92.9, -86.24),
    USState("WY", "Wyoming", 40.99, 45.01, -111.06, -104.05),
  ]
}
