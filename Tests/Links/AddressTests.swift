import Testing

@testable import Links

@Suite("Addresses and points that disagree")
struct AddressTests {
  private static let door = (29.9533, -90.0660)
  private static let center = (29.9200, -90.1100)
  private static let chicago = (41.8850, -87.6280)

  private static func venue(
    _ address: String?, _ point: (Double, Double)?, state: String? = "LA", city: String? = "New Orleans"
  ) -> LinkVenue {
    LinkVenue(
      name: "House of Blues",
      place: LinkPlace(city: city, state: state, address: address, latitude: point?.0, longitude: point?.1))
  }

  private static func score(_ address: String?, _ point: (Double, Double)?, state: String? = "LA") -> LinkScore {
    LinkScore(venue("225 N Decatur St", door), venue(address, point, state: state))
  }

  @Test(
    "An equal address outweighs points that are far apart",
    arguments: ["225 N Decatur St", "225 North Decatur Street", "225 N. Decatur", "225 Decatur St., New Orleans, LA"])
  func equal(address: String) {
    #expect(Self.score(address, Self.center) == LinkScore(value: 0.95, method: .address))
    #expect(Self.score(address, Self.chicago) == LinkScore(value: 0.95, method: .address))
    #expect(Self.score(address, nil) == LinkScore(value: 1, method: .equal))
    #expect(Self.score(address, Self.door) == LinkScore(value: 1, method: .equal))
  }

  @Test(
    "Any other address does not",
    arguments: [
      nil, "", "Decatur St", "225", "227 N Decatur St", "225 S Decatur St", "225 N Decatur Blvd",
      "225 N Decatur St Suite 5",
    ])
  func other(address: String?) {
    let score = Self.score(address, Self.center)
    #expect(score.value <= 0.6 && score.method == .equal)
  }

  @Test("It does so across a town, and beyond it only if the states are known: cities of one name have like streets")
  func states() {
    #expect(Self.score("225 N Decatur St", Self.center, state: nil).method == .address)
    #expect(Self.score("225 N Decatur St", Self.chicago, state: nil) == LinkScore(value: 0.6, method: .equal))
    #expect(Self.score("225 N Decatur St", Self.chicago, state: "MS").value < 0.3)
    let unknown = Self.venue("225 N Decatur St", Self.center, city: nil)
    #expect(LinkScore(Self.venue("225 N Decatur St", Self.door), unknown) == LinkScore(value: 0.6, method: .equal))
  }

  @Test("A number and a side of the street are not taken for initials")
  func initials() throws {
    let (one, other) = try (#require(StreetAddress("6 S Joachim St")), #require(StreetAddress("6 South Joachim")))
    #expect(one.isAlike(other) && one.isEqual(to: other))
    let letter = try #require(StreetAddress("6b Joachim St"))
    #expect(!letter.isAlike(other))
  }

  @Test("A saint is no kind of street")
  func saints() throws {
    let peter = try #require(StreetAddress("726 St. Peter St"))
    #expect(peter.isEqual(to: try #require(StreetAddress("726 Saint Peter Street"))))
    let charles = try #require(StreetAddress("500 St. Charles Ave"))
    #expect(charles.isEqual(to: try #require(StreetAddress("500 Saint Charles Avenue"))))
  }
}
