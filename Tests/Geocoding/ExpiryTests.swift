import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Geocoding

extension GeocodingTests {
  @Suite("Coordinates that may not be stored for ever")
  final class ExpiryTests: GeocodingSuite {
    private let down = FakeGeocoder(.google) { _ throws(PipelineError) in
      throw PipelineError(.sourceThrottled, "enough")
    }

    @Test("are looked up again after 28 days, two before the terms ask for it, if they are Google's")
    func google() throws {
      try add("Blue Nile", "532 Frenchmen St")
      let geocoder = FakeGeocoder(.google)
      try geocode(geocoder)
      pass(days: 27.9)
      #expect(try geocode(geocoder).lookedUp == 0)
      pass(days: 0.1)
      let changed = try rows("changed_at", from: "venues")
      #expect(try geocode(geocoder).found == 1)
      #expect(try rows("changed_at", from: "venues") == changed, "the same coordinates are no change")
      #expect(
        try rows("last_geocoded = looked_up_at", from: "venues v join venue_locations l on l.venue_id = v.id") == [
          "true"
        ])
      #expect(try geocode(geocoder).lookedUp == 0)
    }

    @Test("are removed if they cannot be looked up, and the place's id is kept")
    func removed() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try geocode(FakeGeocoder(.google))
      pass(days: 28)
      let report = try geocode(down)
      #expect(report.failed == 1)
      #expect(report.notes.contains { $0.contains("may not be stored longer") })
      #expect(try coordinates() == ["Blue Nile|-|-"])
      #expect(try rows("outcome; reason; place_id", from: "venue_locations") == ["miss|expired|id-532"])
      #expect(try geocode(FakeGeocoder(.google)).found == 1)
      #expect(try coordinates() == ["Blue Nile|29.96000|-90.05468"])
    }

    @Test("have no address beside them, found or not, if they are Google's: only the place's id is kept")
    func address() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try add("Maple Leaf", "8316 Oak St")
      try geocode(FakeGeocoder(.google) { .found(make($0, precision: $0.line.hasPrefix("5") ? .rooftop : .city)) })
      #expect(
        try rows("outcome; place_id; matched_address", from: "venue_locations order by venue_id") == [
          "found|id-532|-", "miss|id-8316|-",
        ])
    }

    @Test("of the legacy system are looked up again by any provider after 30 days, and removed if that fails (F49)")
    func legacy() throws {
      for provider in [GeocodingProvider.census, .google, .nominatim] {
        try execute("delete from venues")
        try add("Blue Nile", "532 Frenchmen St")
        try add("Maple Leaf", "8316 Oak St")
        try execute("update venues set latitude = 29.9, longitude = -90.1")
        try execute(
          """
          insert into venue_locations (venue_id, provider, query, query_hash, outcome, latitude, longitude, expires_at)
          select v.id, 'legacy', a, encode(sha256(convert_to(a, 'UTF8')), 'hex'), 'found', 29.9, -90.1, $1
          from venues v, venue_address(thoroughfare, locality, state, postal_code, full_address) a
          """, .time(time.now.addingTimeInterval(86_400)))
        let geocoder = FakeGeocoder(provider) { $0.line.hasPrefix("5") ? .found(make($0)) : .miss }
        try geocode(geocoder)
        #expect(geocoder.asked.isEmpty)
        pass(days: 1)
        try geocode(geocoder)
        #expect(geocoder.asked.count == 2)
        #expect(try coordinates() == ["Blue Nile|29.96000|-90.05468", "Maple Leaf|-|-"])
      }
    }

    @Test("of the legacy system are removed when they expire, if nobody looks them up")
    func legacyAlone() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try geocode(FakeGeocoder(.google))
      try execute("update venue_locations set provider = 'legacy'")
      pass(days: 28)
      #expect(try geocode(nil).notes.count == 1)
      #expect(try coordinates() == ["Blue Nile|-|-"])
    }

    @Test("stay for ever, if they are the Census's or an own Nominatim's")
    func unlimited() throws {
      try add("Blue Nile", "532 Frenchmen St")
      for provider in [GeocodingProvider.census, .nominatim] {
        try execute("delete from venue_locations")
        try geocode(FakeGeocoder(provider))
        pass(days: 4000)
        #expect(try geocode(FakeGeocoder(provider)).lookedUp == 0)
        #expect(try geocode(down).lookedUp == 0)
        #expect(try coordinates() == ["Blue Nile|29.96000|-90.05468"])
      }
    }
  }

  @Suite("A location that a person has set")
  final class ManualTests: GeocodingSuite {
    private func set(_ latitude: Double, _ longitude: Double) throws {
      // As in the module's README.
      try execute(
        """
        insert into venue_locations (venue_id, provider, outcome, latitude, longitude)
        select id, 'manual', 'found', $1, $2 from venues where name = 'Blue Nile'
        on conflict (venue_id) do update set provider = 'manual', outcome = 'found', reason = null,
          latitude = excluded.latitude, longitude = excluded.longitude, expires_at = null, retry_at = null,
          looked_up_at = now()
        """, .double(latitude), .double(longitude))
    }

    @Test("is taken over without a request, and wins over a changed address and over time")
    func wins() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try geocode(FakeGeocoder { _ in .miss })
      try set(29.9, -90.1)
      let geocoder = FakeGeocoder(.google)
      try geocode(geocoder)
      try move("Blue Nile", to: "1 Canal St")
      pass(days: 400)
      try geocode(geocoder)
      #expect(geocoder.asked.isEmpty)
      #expect(try coordinates() == ["Blue Nile|29.90000|-90.10000"])
    }

    @Test("is set, shown and forgotten by the command's functions")
    func commands() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try add("Online", nil, city: nil, state: nil, zip: nil)
      try geocode(FakeGeocoder { _ in .ambiguous })
      let locations = VenueLocations(database)
      let unknown = try locations.unknown(deadline: within())
      #expect(unknown.map(\.name) == ["Blue Nile", "Online"])
      #expect(unknown.map(\.reason) == ["ambiguous", nil])
      #expect(unknown.map(\.address) == ["532 Frenchmen St, New Orleans, LA 70116", nil])
      let id = try #require(unknown.first).id
      try locations.set(point(29.9, -90.1), ofVenue: id, deadline: within())
      #expect(try coordinates() == ["Blue Nile|29.90000|-90.10000", "Online|-|-"])
      let place = try locations.places(named: "blue nile", deadline: within())
      #expect(place.map(\.coordinate) == [point(29.9, -90.1)])
      #expect(place.map(\.provider) == ["manual"])
      #expect(try locations.places(named: "\(id)", deadline: within()) == place)
      try add("\(id)", nil)
      #expect(try locations.places(named: "\(id)", deadline: within()) == place, "an id comes before a name")
      try execute("delete from venues where name = $1", .text("\(id)"))
      #expect(try locations.places(named: "nowhere", deadline: within()).isEmpty)
      #expect(
        failure { try locations.set(point(29.9, -90.1), ofVenue: 999, deadline: within()) }?.name == .databaseConflict)
      try locations.forget(venue: id, deadline: within())
      #expect(try coordinates() == ["Blue Nile|-|-", "Online|-|-"])
      #expect(try geocode(FakeGeocoder()).found == 1)
    }

    @Test("is not replaced by a look-up that was under way")
    func underWay() throws {
      try add("Blue Nile", "532 Frenchmen St")
      let geocoder = FakeGeocoder()
      geocoder.onAsk = { _ in try? self.set(29.9, -90.1) }
      try geocode(geocoder)
      #expect(try coordinates() == ["Blue Nile|29.90000|-90.10000"])
      #expect(try locations() == ["Blue Nile|manual|found|-|-|0"])
    }
  }
}
