import Testing

@testable import Geocoding

@Suite("Streets and numbers of an address")
struct StreetTests {
  @Test(
    "are the same in the words of people and of providers",
    arguments: [
      ("532 Frenchmen Street", "532 FRENCHMEN ST"), ("532 Frenchmen St.", "532 Frenchmen Street"),
      ("1104 North Rampart St", "1104 N RAMPART ST"), ("100 Rampart St. N", "100 N Rampart Street"),
      ("8200 Saint Charles Avenue", "8200 ST CHARLES AVE"), ("1 St. Claude Av", "1 Saint Claude Avenue"),
      ("2 South Carrollton Ave", "2 S CARROLLTON AVE"), ("20 \"Café\" St, Suite 5 Rear", "20 CAFE ST"),
      ("5 Cafe\u{301} Way #2", "5 CAFÉ WAY"), ("7 O’Keefe Ave Apt. 3", "7 OKEEFE AVE"),
      ("1 La Salle St", "1 LASALLE ST"),
      ("532-34 Frenchmen", "532 Frenchmen"), ("532A Frenchmen", "532 1/2 Frenchmen"), ("5 20th Street", "5 20TH ST"),
      ("9 Second St", "9 2nd Street"), ("The Club, 5 A St", "5 A ST"), ("3 North St", "3 NORTH STREET"),
      ("77 Rue Petite", "77 RUE PETITE"), ("4415 Feather Blvd", "4415 FEATHER BOULEVARD"),
      ("908 Tinsmith Ct", "908 TINSMITH COURT"),
      ("1 Canal Place", "1 CANAL PL"), ("412 Poplar Walk", "412 POPLAR WALK"), ("55 Market Arcade", "55 MARKET ARC"),
    ])
  func same(one: String, other: String) {
    #expect(PostalAddress(line: "", street: one).houseNumber == PostalAddress(line: "", street: other).houseNumber)
    #expect(StreetName(one) != nil && StreetName(one) == StreetName(other))
  }

  @Test(
    "are others with another name, kind or direction",
    arguments: [
      ("532 Frenchmen St", "532 Franklin Ave"), ("1 N Rampart St", "1 S Rampart St"), ("1 Canal St", "1 Canal Blvd"),
      ("1 Rue Petite", "1 Rue Grande"), ("1 North St", "1 South St"), ("1 A St", "1 B St"), ("1 2nd St", "1 3rd St"),
      ("1 N Claiborne Ave", "1 Claiborne Ave S"),
    ])
  func others(one: String, other: String) throws {
    let street = try #require(StreetName(one))
    #expect(!street.isSame(as: try #require(StreetName(other))))
  }

  @Test("have no number where a street's name begins with one")
  func numbers() {
    #expect(["20th Street", "Frenchmen St", "70116", "A1 St"].compactMap { StreetLine($0).number } == [])
    #expect(
      ["5 A St", "5a A St", "5-7 A St", "5/7 A St"].compactMap { StreetLine($0).number } == ["5", "5", "5", "5"])
    #expect(StreetName("5 ") == StreetName("5") && StreetName("") == nil && StreetName("#5") == nil)
  }

  private static let sample: [(street: String, zip: String)] = [
    ("412 Poplar Walk", "70117"), ("1820 Canal Lantern Row", "70119"), ("77 Rue Petite", "70130"),
    ("3009 Foundry St", "70115"), ("640 Elder St", "70116"), ("15 Fig Alley", "70118"), ("2200 Gaslight Ave", "70113"),
    ("908 Tinsmith Ct", "70117"), ("301 Mint Street", "70130"), ("4415 Feather Blvd", "70122"),
    ("1234 Magnolia Bend", "70113"), ("55 Market Arcade", "70112"), ("2717 Crescent Way", "70115"),
    ("818 Half Rest Lane", "70116"), ("3660 Cypress Knee Dr", "70118"), ("1001 Parade Street", "70119"),
    ("230 Corrugated St", "70117"), ("16 Pelican Passage", "70116"),
  ]

  @Test("of the sample site's venues are believed as each provider writes them, with and without a ZIP code")
  func sampleVenues() {
    for (street, zip) in Self.sample {
      for code in [zip, nil] {
        let address = PostalAddress(
          line: "\(street), New Orleans, LA \(code ?? "")", street: street, city: "New Orleans", state: "LA",
          postalCode: code)
        let census = PostalAddress(line: "\(street.uppercased()), NEW ORLEANS, LA, \(zip)")
        let other = PostalAddress(
          line: "", street: street, city: "New Orleans", state: "Louisiana", postalCode: "\(zip)-1234")
        for place in [census, other] {
          for isPartial in [false, true] {
            let match = GeocodingMatch(
              point(29.96, -90.06), .interpolated, address: "", isPartial: isPartial, place: place)
            #expect(GeocodingJudgment.problem(of: match, for: address) == nil, "\(street)")
          }
        }
      }
    }
  }
}
