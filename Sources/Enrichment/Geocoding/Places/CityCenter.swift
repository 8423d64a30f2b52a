/// Cities around New Orleans whose places are known here, so that a result far from them is seen to be wrong. A center is
/// compared with, and is never a venue's coordinate.
enum CityCenter {
  /// The distance from the middle at which no place of the city is; Baton Rouge is 120 km from New Orleans.
  static let maximumKilometers = 60.0

  /// Returns the middle of a city; nil if it is not known here.
  static func of(_ city: String, in state: USState) -> Coordinate? {
    guard let center = all["\(CityName(city).text), \(state.code)"] else { return nil }
    return Coordinate(latitude: center.0, longitude: center.1)
  }

  private static let all: [String: (Double, Double)] = [
    "new orleans, LA": (29.951, -90.072), "arabi, LA": (29.954, -90.005),
    "chalmette, LA": (29.943, -89.963), "metairie, LA": (29.984, -90.153), "kenner, LA": (29.994, -90.242),
    "jefferson, LA": (29.966, -90.153), "harahan, LA": (29.940, -90.203), "gretna, LA": (29.915, -90.054),
    "harvey, LA": (29.904, -90.077), "marrero, LA": (29.899, -90.100), "westwego, LA": (29.906, -90.142),
    "destrehan, LA": (29.943, -90.354), "laplace, LA": (30.067, -90.481), "slidell, LA": (30.275, -89.781),
    "mandeville, LA": (30.358, -90.066), "covington, LA": (30.475, -90.101), "abita springs, LA": (30.479, -90.037),
    "hammond, LA": (30.504, -90.461), "ponchatoula, LA": (30.439, -90.441), "houma, LA": (29.596, -90.720),
    "thibodaux, LA": (29.796, -90.823), "baton rouge, LA": (30.451, -91.187), "lafayette, LA": (30.224, -92.020),
    "bay st louis, MS": (30.309, -89.330), "gulfport, MS": (30.367, -89.093), "biloxi, MS": (30.396, -88.885),
  ]
}
