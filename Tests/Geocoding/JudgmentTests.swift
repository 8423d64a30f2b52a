import Testing

@testable import Geocoding

@Suite("A result is believed")
struct JudgmentTests {
  private func match(
    _ line: String, _ latitude: Double = 29.96, _ longitude: Double = -90.06,
    precision: GeocodingMatch.Precision = .rooftop, isPartial: Bool = false
  ) -> GeocodingMatch {
    GeocodingMatch(
      point(latitude, longitude), precision, address: "x", isPartial: isPartial, place: PostalAddress(line: line))
  }

  private func problem(_ match: GeocodingMatch, _ line: String) -> MissReason? {
    GeocodingJudgment.problem(of: match, for: PostalAddress(line: line))
  }

  @Test("in the state of the address only, and with coordinates in it")
  func state() {
    let line = "1 A St, New Orleans, LA 70116"
    #expect(problem(match("1 A St, New Orleans, LA"), line) == nil)
    #expect(problem(match("1 A St, New Orleans, Louisiana 70116"), line) == nil)
    #expect(problem(match("1 A St, New Orleans, MS 70116"), line) == .wrongPlace)
    #expect(problem(match("1 A St, New Orleans, 70116"), line) == .wrongPlace, "no state is given")
    #expect(problem(match(line, 29.96, 90.06), line) == .wrongPlace, "without its sign")
    #expect(problem(match("1 A St, Biloxi, MS 39530", -88.9, 30.4), "1 A St, Biloxi, MS") == .wrongPlace, "exchanged")
  }

  @Test("without a state of the address only with its ZIP code")
  func noState() {
    let nebraska = match("100 A St, Gretna, NE 68028", 41.14, -96.24)
    #expect(problem(nebraska, "100 A St, Gretna") == .wrongPlace)
    #expect(problem(nebraska, "100 A St, Gretna, 70053") == .wrongPlace)
    #expect(problem(nebraska, "100 A St, Gretna, 68028") == nil)
    #expect(problem(nebraska, "100 A St, 68028") == nil)
    #expect(problem(match("1 A St, Biloxi, MS 39530", -88.9, 30.4), "1 A St, 39530") == .wrongPlace, "exchanged")
    let address = PostalAddress(line: "", street: "100 A St", city: "Gretna", state: "lousiana")
    #expect(GeocodingJudgment.problem(of: nebraska, for: address) == .wrongPlace, "an unknown state")
    #expect(problem(match("1 A St, Shreveport, LA", 32.5, -93.7), "1 A St, LA") == .wrongPlace, "the state is all")
  }

  @Test("in another city only with the ZIP code of the address, or if it is a part of that city")
  func otherCities() {
    let canal = match("100 Canal St, New Orleans, LA 70130", 29.951, -90.065)
    #expect(problem(canal, "100 Canal St, Metairie, LA") == .wrongPlace)
    #expect(problem(canal, "100 Canal St, Metairie, LA 70005") == .wrongPlace)
    #expect(problem(match("100 Canal St, LA", 29.951, -90.065), "100 Canal St, Metairie, LA") == .wrongPlace)
    #expect(problem(match("1 A St, METAIRIE, LA, 70003", 30.0, -90.21), "1 A St, New Orleans, LA 70003") == nil)
    #expect(problem(match("1 A St, NEW ORLEANS, LA, 70114", 29.94, -90.04), "1 A St, Algiers, LA") == nil)
    #expect(
      problem(match("1 A St, BAY ST. LOUIS, MS", 30.31, -89.33), "1 A St, Bay Saint Louis, Mississippi") == nil)
    #expect(problem(match("1 A St, New Orleans, LA"), "1 A St, New Orléans, LA") == nil)
    #expect(problem(match("1 A St, Shreveport, LA", 32.5, -93.7), "1 A St, Opelousas, LA") == .wrongPlace)
  }

  @Test("within 60 km of a city that is known here")
  func distance() {
    let line = "1 A St, New Orleans, LA"
    #expect(problem(match(line, 30.07, -89.85), line) == nil)
    #expect(problem(match(line, 30.45, -91.19), line) == .wrongPlace)
    #expect(problem(match(line, 30.45, -91.19), "1 A St, New Orleans, LA 70116") == .wrongPlace)
  }

  @Test("in its city with another ZIP code only with the same number and exactly the same street")
  func otherZIP() {
    let east = match("1 A St, New Orleans, LA 70129", 30.05, -89.9)
    #expect(problem(east, "1 A St, New Orleans, LA 70116") == nil)
    #expect(problem(east, "1 A, New Orleans, LA 70116") == .otherStreet)
    #expect(problem(east, "2 A St, New Orleans, LA 70116") == .partialMatch)
    #expect(problem(match("A St, New Orleans, LA 70129", 30.05, -89.9), "A St, New Orleans, LA 70116") == .wrongPlace)
  }

  @Test("on the street of the address only, also if a provider is content", arguments: [true, false])
  func street(isPartial: Bool) {
    func problem(_ found: String, _ asked: String) -> MissReason? {
      self.problem(match("\(found), New Orleans, LA 70116", isPartial: isPartial), "\(asked), New Orleans, LA 70116")
    }
    #expect(problem("532 Franklin Ave", "532 Frenchmen St") == .otherStreet)
    #expect(problem("100 S RAMPART ST", "100 N. Rampart St") == .otherStreet)
    #expect(problem("100 CANAL BLVD", "100 Canal Street") == .otherStreet)
    #expect(problem("532 FRENCHMEN ST", "532 Frenchmen Street") == nil)
    #expect(problem("532 FRENCHMEN ST", "Club X, 532 Frenchmen Street") == nil)
    #expect(problem("5 FRENCHMEN ST", "Club X, 532 Frenchmen Street") == .partialMatch)
    #expect(problem("100 N RAMPART ST", "100 Rampart") == nil, "the ZIP code is the same")
    #expect(self.problem(match("100 N Rampart St, New Orleans, LA"), "100 Rampart St, New Orleans, LA") == .otherStreet)
  }

  @Test("as a house only with its number, and as a street only if nothing was corrected")
  func numbers() {
    let line = "532 A St, New Orleans, LA"
    for precision in [GeocodingMatch.Precision.rooftop, .interpolated] {
      #expect(problem(match("540 A St, New Orleans, LA", precision: precision), line) == .partialMatch)
      #expect(problem(match("A St, New Orleans, LA", precision: precision), line) == .partialMatch)
    }
    #expect(problem(match("A St, New Orleans, LA", precision: .street), line) == .streetOnly)
    #expect(problem(match(line, precision: .street), line) == .streetOnly)
    #expect(problem(match("New Orleans, LA", precision: .city), line) == .cityOnly)
    let street = "A St, New Orleans, LA"
    #expect(problem(match(street, precision: .street), street) == nil)
    #expect(problem(match(street, precision: .street, isPartial: true), street) == .partialMatch)
    #expect(problem(match(line), street) == .partialMatch, "any house of it")
    #expect(problem(match(line), "Café du Monde, New Orleans, LA") == .partialMatch)
  }

  @Test(
    "Addresses in one line are taken apart",
    arguments: [
      ("532 Frenchmen St, New Orleans, LA 70116", ["532 Frenchmen St", "New Orleans", "LA", "70116"]),
      ("532 FRENCHMEN ST, NEW ORLEANS, LA, 70116", ["532 FRENCHMEN ST", "NEW ORLEANS", "LA", "70116"]),
      ("532 Frenchmen St, New Orleans, LA 70116-1234, USA", ["532 Frenchmen St", "New Orleans", "LA", "70116-1234"]),
      ("Club, 5 A St, New Orleans, Louisiana", ["5 A St", "New Orleans", "LA", "-"]),
      ("Club, A St, New Orleans, Louisiana", ["Club", "New Orleans", "LA", "-"]),
      ("5 A St, New Orleans LA 70116", ["5 A St", "New Orleans", "LA", "70116"]),
      ("5 A St, New Orleans, 70116", ["5 A St", "New Orleans", "-", "70116"]),
      ("5 Mint Ct, 70117", ["5 Mint Ct", "-", "-", "70117"]), ("5 Mint Ct 70117", ["5 Mint Ct", "-", "-", "70117"]),
      ("5 A St, LA", ["5 A St", "-", "LA", "-"]),
      ("New Orleans, LA", ["-", "New Orleans", "LA", "-"]), ("5 A St", ["5 A St", "-", "-", "-"]),
      (", ,  ", ["-", "-", "-", "-"]), ("70116", ["-", "-", "-", "70116"]), ("LA", ["-", "-", "LA", "-"]),
    ])
  func oneLine(line: String, parts: [String]) {
    let address = PostalAddress(line: line)
    #expect([address.street, address.city, address.state, address.postalCode].map { $0 ?? "-" } == parts)
  }

  @Test("The distance of New Orleans and Baton Rouge is 120 km")
  func kilometers() {
    let distance = point(29.951, -90.072).kilometers(to: point(30.451, -91.187))
    #expect((119...122).contains(distance))
  }

  @Test("Centers of cities lie in their states")
  func centers() throws {
    let louisiana = try #require(USState("La."))
    #expect(louisiana.name == "Louisiana" && USState("US-LA") == louisiana && USState("lousiana") == nil)
    let center = try #require(CityCenter.of("NEW ORLEANS", in: louisiana))
    #expect(louisiana.contains(center))
    #expect(CityCenter.of("Houston", in: louisiana) == nil)
  }

  @Test("A match has no control character, which a database refuses")
  func clean() {
    let match = GeocodingMatch(
      point(29.96, -90.06), .rooftop, address: "1 A\u{0} St", placeID: "\u{0}a\u{0}b", place: PostalAddress(line: ""))
    #expect(match.address == "1 A St" && match.placeID == "a b")
  }
}
