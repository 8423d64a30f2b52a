import Contracts
import TestSupport
import Testing
import Time

@testable import Geocoding

extension GeocodingTests {
  @Suite("A run of geocoding")
  final class RunTests: GeocodingSuite {
    @Test("fills coordinates, and asks for nothing the second time")
    func twice() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try add("Maple Leaf", "8316 Oak St")
      let geocoder = FakeGeocoder()
      let report = try geocode(geocoder)
      #expect(report.lookedUp == 2)
      #expect(report.found == 2)
      #expect(!report.more)
      #expect(report.notes.isEmpty)
      #expect(geocoder.asked == ["532 Frenchmen St, New Orleans, LA 70116", "8316 Oak St, New Orleans, LA 70116"])
      #expect(try coordinates() == ["Blue Nile|29.96000|-90.05468", "Maple Leaf|29.96000|-89.97684"])
      #expect(
        try locations() == ["Blue Nile|census|found|-|interpolated|0", "Maple Leaf|census|found|-|interpolated|0"])
      let before = try rows("ctid; xmin", from: "venues") + rows("ctid; xmin", from: "venue_locations")
      #expect(try geocode(geocoder) == GeocodingReport())
      #expect(geocoder.asked.count == 2)
      #expect(try rows("ctid; xmin", from: "venues") + rows("ctid; xmin", from: "venue_locations") == before)
    }

    @Test("asks again for a changed address only, and fills the new place")
    func changed() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try add("Maple Leaf", "8316 Oak St")
      let geocoder = FakeGeocoder()
      try geocode(geocoder)
      try move("Blue Nile", to: "1 Canal St")
      #expect(try geocode(geocoder).found == 1)
      #expect(geocoder.asked.last == "1 Canal St, New Orleans, LA 70116")
      #expect(try coordinates().first == "Blue Nile|29.96000|-90.05999")
    }

    @Test("removes the old place of a venue that moved, if the new one is a miss or the provider is down")
    func movedAway() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try geocode(FakeGeocoder())
      try move("Blue Nile", to: "1 Nowhere")
      let down = FakeGeocoder { _ throws(PipelineError) in throw PipelineError(.sourceUnavailable, "down") }
      let report = try geocode(down)
      #expect(report.failed == 1)
      #expect(report.notes == ["down"])
      #expect(try coordinates() == ["Blue Nile|-|-"])
      #expect(try rows("last_geocoded", from: "venues") == ["-"])
      #expect(try geocode(FakeGeocoder { _ in .miss }).missed == 1)
      #expect(try coordinates() == ["Blue Nile|-|-"])
      try move("Blue Nile", to: "532 Frenchmen St")
      try geocode(FakeGeocoder())
      #expect(try coordinates() == ["Blue Nile|29.96000|-90.05468"])
    }

    @Test("fills without a request the place of an address that comes back before it was looked up")
    func cameBack() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try geocode(FakeGeocoder())
      try move("Blue Nile", to: nil)
      #expect(try geocode(nil) == GeocodingReport())
      #expect(try coordinates() == ["Blue Nile|-|-"])
      try move("Blue Nile", to: "532 Frenchmen St")
      let geocoder = FakeGeocoder()
      try geocode(geocoder)
      #expect(geocoder.asked.isEmpty)
      #expect(try coordinates() == ["Blue Nile|29.96000|-90.05468"])
    }

    @Test("asks for no venue without an address", arguments: [nil, "", ", ,  ", " \n"])
    func empty(line: String?) throws {
      try add("Online", nil, city: nil, state: nil, zip: nil, line: line)
      try add("Street only", "5 Somewhere", city: nil, state: nil, zip: nil, line: line)
      let geocoder = FakeGeocoder()
      #expect(try geocode(geocoder) == GeocodingReport())
      #expect(geocoder.asked.isEmpty)
    }

    @Test("asks for an address in one line, with its parts, if there are no others")
    func oneLine() throws {
      try add("Café", nil, city: nil, state: nil, zip: nil, line: " 5 Rue\nDauphine,  New Orleans, LA 70112 ")
      let geocoder = FakeGeocoder()
      try geocode(geocoder)
      #expect(geocoder.asked == ["5 Rue Dauphine, New Orleans, LA 70112"])
      #expect(try coordinates() == ["Café|29.96000|-90.05995"])
    }

    @Test("stores a miss with its reason, and asks again after 1, 7 and 30 days")
    func retries() throws {
      try add("Blue Nile", "532 Frenchmen St")
      let geocoder = FakeGeocoder { _ in .miss }
      for (misses, days) in [(1, 1.0), (2, 7), (3, 30), (4, 30)] {
        #expect(try geocode(geocoder).missed == 1)
        #expect(try locations() == ["Blue Nile|census|miss|no match|-|\(misses)"])
        pass(days: days - 0.01)
        #expect(try geocode(geocoder).lookedUp == 0)
        pass(days: 0.02)
      }
      #expect(geocoder.asked.count == 4)
      try move("Blue Nile", to: "1 Canal St")
      #expect(try geocode(geocoder).missed == 1)
      #expect(try locations() == ["Blue Nile|census|miss|no match|-|1"], "another address begins anew")
    }

    @Test("gives no coordinates for what is ambiguous, too little, elsewhere, another house or street, or not accepted")
    func notBelieved() throws {
      let outcomes: [(String, (PostalAddress) -> GeocodingOutcome)] = [
        ("ambiguous", { _ in .ambiguous }), ("not accepted", { _ in .notAccepted }),
        ("city only", { .found(make($0, precision: .city)) }),
        ("street only", { .found(make($0, precision: .street)) }),
        ("wrong place", { .found(make($0, state: "TX")) }),
        (
          "partial match",
          {
            var match = make($0)
            match.isPartial = true
            match.place = PostalAddress(line: "600 Frenchmen St, New Orleans, LA, 70116")
            return .found(match)
          }
        ),
        (
          "other street",
          {
            var match = make($0)
            match.place = PostalAddress(line: "532 Franklin Ave, New Orleans, LA, 70116")
            return .found(match)
          }
        ),
      ]
      try add("Blue Nile", "532 Frenchmen St")
      for (reason, outcome) in outcomes {
        try execute("delete from venue_locations")
        #expect(try geocode(FakeGeocoder { outcome($0) }).missed == 1)
        #expect(try rows("outcome; reason; latitude", from: "venue_locations") == ["miss|\(reason)|-"])
        #expect(try coordinates() == ["Blue Nile|-|-"])
      }
      #expect(
        try rows("precision; matched_address", from: "venue_locations").first?.hasPrefix("interpolated|532") == true)
    }

    @Test("looks up misses of another provider at once")
    func otherProvider() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try geocode(FakeGeocoder { _ in .miss })
      #expect(try geocode(FakeGeocoder(.nominatim)).found == 1)
      #expect(try geocode(FakeGeocoder(.census) { _ in .miss }).lookedUp == 0, "what is found stays")
    }
  }
}
