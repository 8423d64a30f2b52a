import Testing

@testable import Geocoding

@Suite("A result is believed")
struct JudgmentTests {
  private func match(
    _ latitude: Double, _ longitude: Double, city: String? = nil, state: String? = "LA", zip: String? = nil
  ) -> GeocodingMatch {
    GeocodingMatch(
      point(latitude, longitude), .rooftop, address: "x",
      place: PostalAddress(line: "x", street: "1 A St", city: city, state: state, postalCode: zip))
  }

  private func address(_ city: String?, state: String? = "LA", zip: String? = nil) -> PostalAddress {
    PostalAddress(line: "1 A St", street: "1 A St", city: city, state: state, postalCode: zip)
  }

  @Test("in the state of the address only")
  func state() {
    let place = address("New Orleans", zip: "70116")
    #expect(GeocodingJudgment.isPlausible(match(29.96, -90.06), for: place))
    #expect(GeocodingJudgment.isPlausible(match(29.96, -90.06, state: "Louisiana"), for: place))
    #expect(!GeocodingJudgment.isPlausible(match(29.96, -90.06, state: "MS"), for: place))
    #expect(!GeocodingJudgment.isPlausible(match(29.96, -90.06, state: nil), for: place), "no state is given")
    #expect(!GeocodingJudgment.isPlausible(match(29.96, 90.06, city: "New Orleans"), for: place), "without its sign")
  }

  @Test("within 60 km of a city that is known here, and within 20 km if it has another name")
  func distance() {
    let city = address("New Orleans")
    #expect(GeocodingJudgment.isPlausible(match(29.984, -90.153, city: "Metairie"), for: city))
    #expect(GeocodingJudgment.isPlausible(match(29.984, -90.153), for: city))
    #expect(GeocodingJudgment.isPlausible(match(30.07, -89.85, city: "New Orleans", zip: "70129"), for: city))
    #expect(!GeocodingJudgment.isPlausible(match(30.2752, -89.7812, city: "Slidell", zip: "70458"), for: city))
    #expect(!GeocodingJudgment.isPlausible(match(30.45, -91.19, city: "New Orleans"), for: address("new  orleans")))
    #expect(GeocodingJudgment.isPlausible(match(30.45, -91.19), for: address("Baton Rouge")))
    #expect(
      GeocodingJudgment.isPlausible(
        match(30.31, -89.33, city: "BAY ST. LOUIS", state: "MS"), for: address("Bay Saint Louis", state: "Mississippi"))
    )
  }

  @Test("in another city only with the ZIP code of the address")
  func zip() {
    let place = address("New Orleans", zip: "70003")
    #expect(GeocodingJudgment.isPlausible(match(30.0, -90.21, city: "Metairie", zip: "70003"), for: place))
    #expect(!GeocodingJudgment.isPlausible(match(29.98, -90.15, city: "Metairie", zip: "70001"), for: place))
    #expect(GeocodingJudgment.isPlausible(match(29.96, -90.06, city: "New Orleans", zip: "70116"), for: place))
  }

  @Test("in any other city by its name or its ZIP code, and in a state that is all that is known")
  func otherCities() {
    let place = address("Opelousas", zip: "70570")
    #expect(GeocodingJudgment.isPlausible(match(30.5, -92.1, city: "OPELOUSAS"), for: place))
    #expect(GeocodingJudgment.isPlausible(match(30.5, -92.1, city: "Grand Coteau", zip: "70570-1234"), for: place))
    #expect(!GeocodingJudgment.isPlausible(match(32.5, -93.7, city: "Shreveport", zip: "71101"), for: place))
    #expect(!GeocodingJudgment.isPlausible(match(32.5, -93.7, city: "Shreveport"), for: address(nil, zip: "70570")))
    #expect(!GeocodingJudgment.isPlausible(match(32.5, -93.7, city: "Shreveport"), for: address("Opelousas")))
    #expect(
      GeocodingJudgment.isPlausible(match(32.5, -93.7, city: "Shreveport"), for: address(nil)), "the state is all")
    #expect(!GeocodingJudgment.isPlausible(match(32.5, -93.7), for: address(nil, state: nil)), "nothing to compare")
  }

  @Test(
    "Addresses in one line are taken apart",
    arguments: [
      ("532 Frenchmen St, New Orleans, LA 70116", ["532 Frenchmen St", "New Orleans", "LA", "70116"]),
      ("532 FRENCHMEN ST, NEW ORLEANS, LA, 70116", ["532 FRENCHMEN ST", "NEW ORLEANS", "LA", "70116"]),
      ("532 Frenchmen St, New Orleans, LA 70116-1234, USA", ["532 Frenchmen St", "New Orleans", "LA", "70116-1234"]),
      ("Club, 5 A St, New Orleans, Louisiana", ["Club", "New Orleans", "LA", "-"]),
      ("5 A St, New Orleans LA 70116", ["5 A St", "New Orleans", "LA", "70116"]),
      ("5 A St, New Orleans, 70116", ["5 A St", "New Orleans", "-", "70116"]),
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
}
