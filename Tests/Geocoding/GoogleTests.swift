import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Geocoding

@Suite("Google's geocoder")
struct GoogleTests {
  private static let key = "AIzaSy-secret-key"
  private let time = ManualTime()
  private var deadline: Deadline { Deadline(after: .seconds(600), on: time) }

  private func makeGeocoder(_ server: ScriptedServer) -> GoogleGeocoder {
    GoogleGeocoder(key: Self.key, base: server.url, time: time, random: FixedRandom())
  }

  private static func result(
    _ type: String = "ROOFTOP", types: String = "street_address", partial: Bool? = nil, longitude: Double = -90.0579,
    state: String = "LA"
  ) -> String {
    """
    {"place_id": "ChIJ1", "formatted_address": "532 Frenchmen St, New Orleans, \(state) 70116, USA", "types": ["\(types)"],
      "geometry": {"location": {"lat": 29.9638, "lng": \(longitude)}, "location_type": "\(type)", "viewport": {}},
      \(partial.map { "\"partial_match\": \($0)," } ?? "")
      "address_components": [
        {"long_name": "532", "short_name": "532", "types": ["street_number"]},
        {"long_name": "Frenchmen Street", "short_name": "Frenchmen St", "types": ["route"]},
        {"long_name": "New Orleans", "short_name": "New Orleans", "types": ["locality", "political"]},
        {"long_name": "Louisiana", "short_name": "\(state)", "types": ["administrative_area_level_1", "political"]},
        {"long_name": "70116", "short_name": "70116", "types": ["postal_code"]}]}
    """
  }

  private static func body(_ status: String, _ results: String..., message: String? = nil) -> ScriptedServer.Reply {
    let error = message.map { ", \"error_message\": \"\($0)\"" } ?? ""
    return .http(200, [], "{\"status\": \"\(status)\", \"results\": [\(results.joined(separator: ","))]\(error)}")
  }

  @Test("gives precision, address, parts and the place's id")
  func found() throws {
    let server = try ScriptedServer { _ in Self.body("OK", Self.result()) }
    defer { server.stop() }
    let expected = GeocodingMatch(
      point(29.9638, -90.0579), .rooftop, address: "532 Frenchmen St, New Orleans, LA 70116, USA", placeID: "ChIJ1",
      place: PostalAddress(
        line: "532 Frenchmen St, New Orleans, LA 70116, USA", street: "532 Frenchmen Street", city: "New Orleans",
        state: "LA", postalCode: "70116"))
    #expect(try makeGeocoder(server).locate(blueNile, deadline: deadline) == .found(expected))
    #expect(
      server.requests.first?.target
        == "/maps/api/geocode/json?address=532%20Frenchmen%20St%2C%20New%20Orleans%2C%20LA%2070116"
        + "&components=country%3AUS&key=\(Self.key)")
  }

  @Test(
    "has its precisions",
    arguments: [
      ("ROOFTOP", "premise", .rooftop), ("RANGE_INTERPOLATED", "street_address", .interpolated),
      ("GEOMETRIC_CENTER", "route", .street), ("GEOMETRIC_CENTER", "establishment", .street),
      ("GEOMETRIC_CENTER", "neighborhood", .city), ("APPROXIMATE", "locality", .city),
      ("APPROXIMATE", "route", .street),
      ("NEW_TYPE", "thing", .city),
    ] as [(String, String, GeocodingMatch.Precision)])
  func precision(type: String, types: String, expected: GeocodingMatch.Precision) throws {
    let server = try ScriptedServer { _ in Self.body("OK", Self.result(type, types: types, partial: true)) }
    defer { server.stop() }
    guard case .found(let match) = try makeGeocoder(server).locate(blueNile, deadline: deadline) else {
      Issue.record("nothing was found")
      return
    }
    #expect(match.precision == expected)
    #expect(match.isPartial)
  }

  @Test("has misses, and several places that are ambiguous")
  func misses() throws {
    let server = try ScriptedServer(replies: [
      Self.body("ZERO_RESULTS"), Self.body("OK", Self.result(), Self.result(longitude: -90.3)),
      Self.body("INVALID_REQUEST"),
      Self.body("OK", Self.result(), Self.result(longitude: -90.0580)),
    ])
    defer { server.stop() }
    let geocoder = makeGeocoder(server)
    #expect(try geocoder.locate(blueNile, deadline: deadline) == .miss)
    #expect(try geocoder.locate(blueNile, deadline: deadline) == .ambiguous)
    #expect(try geocoder.locate(blueNile, deadline: deadline) == .notAccepted)
    guard case .found = try geocoder.locate(blueNile, deadline: deadline) else {
      Issue.record("two results at one place are one")
      return
    }
  }

  @Test("is asked again while it is over its limit, and found then", arguments: ["OVER_QUERY_LIMIT", "UNKNOWN_ERROR"])
  func overQuotaThenOK(status: String) throws {
    let server = try ScriptedServer(replies: [Self.body(status), Self.body(status), Self.body("OK", Self.result())])
    defer { server.stop() }
    guard case .found = try makeGeocoder(server).locate(blueNile, deadline: deadline) else {
      Issue.record("nothing was found")
      return
    }
    #expect(server.requests.count == 3)
    #expect(time.sleeps == [.seconds(1), .seconds(2)])
  }

  @Test(
    "is given up until the next run",
    arguments: [
      ("OVER_QUERY_LIMIT", PipelineError.Name.sourceThrottled, 4), ("OVER_DAILY_LIMIT", .sourceThrottled, 1),
      ("UNKNOWN_ERROR", .sourceUnavailable, 4), ("REQUEST_DENIED", .sourceRefused, 1), ("SOMETHING", .sourceChanged, 1),
    ])
  func givenUp(status: String, name: PipelineError.Name, requests: Int) throws {
    let server = try ScriptedServer { _ in Self.body(status, message: "key \(Self.key) is not\\n good") }
    defer { server.stop() }
    let error = try #require(failure { _ = try makeGeocoder(server).locate(blueNile, deadline: deadline) })
    #expect(error.name == name)
    #expect(server.requests.count == requests)
    #expect(!error.message.contains(Self.key))
    if status == "REQUEST_DENIED" {
      #expect(
        error.message
          == "Google's geocoder refuses GOOGLE_MAPS_API_KEY: key … is not  good. Check the key, and that it "
          + "allows the Geocoding API")
    }
  }

  @Test("that is OK without a usable result is garbage", arguments: ["", "{}", "[]", "{\"place_id\": 5}"])
  func unusable(result: String) throws {
    let server = try ScriptedServer { _ in Self.body("OK", result) }
    defer { server.stop() }
    #expect(failure { _ = try makeGeocoder(server).locate(blueNile, deadline: deadline) }?.name == .sourceChanged)
  }

  @Test(
    "has no coordinates of 0, 0, nor any beyond the earth", arguments: [(0.0, 0.0), (91, 0), (0, -180.1), (.nan, 1)])
  func impossible(latitude: Double, longitude: Double) {
    #expect(Coordinate(latitude: latitude, longitude: longitude) == nil)
  }
}

@Suite("A Nominatim server")
struct NominatimTests {
  private let time = ManualTime()
  private var deadline: Deadline { Deadline(after: .seconds(600), on: time) }

  private func makeGeocoder(_ server: ScriptedServer, interval: Duration = .zero) -> NominatimGeocoder {
    NominatimGeocoder(base: "\(server.url)/maps", minimumInterval: interval, time: time, random: FixedRandom())
  }

  private static func result(rank: Int = 30, number: String? = "532", latitude: String = "29.9638") -> String {
    """
    {"place_id": 1, "licence": "© OpenStreetMap contributors", "osm_type": "way", "osm_id": 77, "lat": "\(latitude)",
      "lon": "-90.0579", "category": "building", "type": "yes", "place_rank": \(rank), "importance": 0.1,
      "display_name": "532, Frenchmen Street, New Orleans, Louisiana, 70116, United States",
      "address": {\(number.map { "\"house_number\": \"\($0)\"," } ?? "") "road": "Frenchmen Street", "city": "New Orleans",
        "state": "Louisiana", "ISO3166-2-lvl4": "US-LA", "postcode": "70116", "country_code": "us"}}
    """
  }

  @Test("gives the place with the map's own id")
  func found() throws {
    let server = try ScriptedServer { _ in
      .http(200, [], "[\(Self.result()), \(Self.result(rank: 26, latitude: "29.99"))]")
    }
    defer { server.stop() }
    guard case .found(let match) = try makeGeocoder(server).locate(blueNile, deadline: deadline) else {
      Issue.record("nothing was found")
      return
    }
    #expect(match.coordinate == point(29.9638, -90.0579))
    #expect(match.precision == .rooftop && !match.isPartial && match.placeID == "way/77")
    #expect(match.place.state == "LA" && match.place.city == "New Orleans" && match.place.houseNumber == "532")
    #expect(server.requests.first?.target.hasPrefix("/maps/search?q=532%20Frenchmen") == true)
  }

  @Test("has streets, cities, other houses, misses and what is ambiguous")
  func kinds() throws {
    let server = try ScriptedServer(replies: [
      .http(200, [], "[\(Self.result(rank: 26, number: nil))]"),
      .http(200, [], "[\(Self.result(rank: 16, number: nil))]"),
      .http(200, [], "[\(Self.result(number: "540"))]"), .http(200, [], "[]"),
      .http(200, [], "[\(Self.result()), \(Self.result(latitude: "30.1"))]"),
    ])
    defer { server.stop() }
    let geocoder = makeGeocoder(server)
    let judgments = try (1...5).map { _ in
      GeocodingJudgment(try geocoder.locate(blueNile, deadline: deadline), for: blueNile)
    }
    let reasons = judgments.map { if case .miss(let reason, _) = $0 { reason } else { MissReason?.none } }
    #expect(reasons == [.streetOnly, .cityOnly, .partialMatch, .noMatch, .ambiguous])
  }

  @Test("is asked once a second at most")
  func rate() throws {
    let server = try ScriptedServer { _ in .http(200, [], "[]") }
    defer { server.stop() }
    let results = makeGeocoder(server, interval: .seconds(1)).locate(
      [blueNile, blueNile, blueNile], deadline: deadline)
    #expect(results.count == 3)
    #expect(time.sleeps.reduce(.zero, +) == .seconds(2))
  }
}
