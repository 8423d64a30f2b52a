import ConcertsSink
import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Geocoding

extension GeocodingTests {
  @Suite("Found coordinates")
  final class ReaderTests: GeocodingSuite {
    private let day = CalendarDate(daysSinceEpoch: 20_000)

    private func makeSink() throws -> ConcertsSink {
      ConcertsSink(database, zone: try TimeZoneRules(identifier: "America/Chicago"))
    }

    private func addEvent(at venue: String) throws {
      try execute(
        """
        insert into events (wwoz_event_href, event_date, artist_name, venue_name, venue_id)
        select '/events/' || id, $2, 'Kermit', name, id from venues where name = $1
        """, .text(venue), .date(day))
    }

    /// Returns the days that readers see otherwise since the work began, by the database's clock.
    private func changed(by work: () throws -> Void) throws -> Set<CalendarDate> {
      let clock = try #require(try rows("extract(epoch from clock_timestamp())", from: "(select 1) x").first)
      try work()
      return try makeSink().changedDates(
        since: Date(timeIntervalSince1970: try #require(Double(clock))), in: .wwoz, deadline: within())
    }

    @Test("are in the cached day, which is cached again when they change")
    func cachedDay() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try addEvent(at: "Blue Nile")
      #expect(try changed { try geocode(FakeGeocoder { _ in .miss }) } == [], "a miss changes nothing that readers see")
      #expect(try makeSink().events(on: day, deadline: within()).map(\.venue.latitude) == [nil])
      pass(days: 1)
      #expect(try changed { try geocode(FakeGeocoder()) } == [day])
      let venue = try #require(try makeSink().events(on: day, deadline: within()).first).venue
      #expect(venue.latitude == 29.96)
      #expect(venue.longitude == -90.05468)
      #expect(try changed { try geocode(FakeGeocoder()) } == [])
      try move("Blue Nile", to: "1 Nowhere")
      #expect(try changed { try geocode(FakeGeocoder { _ in .miss }) } == [day])
      #expect(try makeSink().events(on: day, deadline: within()).map(\.venue.latitude) == [nil])
    }

    @Test("are stored beside a load that holds the lock, without a deadlock")
    func load() throws {
      try add("Blue Nile", "532 Frenchmen St")
      let url = testDatabase.url
      let geocoder = FakeGeocoder()
      let release = DispatchSemaphore(value: 0)
      let done = DispatchSemaphore(value: 0)
      let begun = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        guard let address = try? PostgresURL(url) else { return }
        let loader = PostgresConnection(address, applicationName: "loader")
        // A load: the lock, the venue's row, and time to think.
        try? loader.execute(
          script: """
            begin; select pg_advisory_xact_lock(\(0x6665_7374_7669_6265));
            update venues set name = 'Blue Nile 2' where name = 'Blue Nile';
            """, deadline: within())
        begun.signal()
        release.wait()
        try? loader.execute(script: "commit", deadline: within())
        done.signal()
      }
      begun.wait()
      geocoder.onAsk = { _ in
        Thread.detachNewThread {
          Thread.sleep(forTimeInterval: 0.5)
          release.signal()
        }
      }
      #expect(try geocode(geocoder).found == 1)
      done.wait()
      #expect(try coordinates() == ["Blue Nile 2|29.96000|-90.05468"])
    }
  }

  @Suite("Geocoding by the Census's batches")
  final class BatchTests: GeocodingSuite {
    @Test("stores what the table has: found, no match, a tie, a wrong city, another house, another street")
    func batch() throws {
      for (name, street) in [
        ("A", "532 Frenchmen St"), ("B", "1 Nowhere"), ("C", "1 Main St"), ("D", "9 Elm St"), ("E", "8316 Oak St"),
        ("F", "20 \"Café\" St, Suite 5\nRear"), ("G", "100 Canal St"),
      ] { try add(name, street) }
      let server = try ScriptedServer { _ in
        .http(
          200, [],
          """
          "0","x","Match","Exact","532 FRENCHMEN ST, NEW ORLEANS, LA, 70116","-90.0579,29.9638","1","L"
          "1","x","No_Match"
          "2","x","Tie"
          "3","x","Match","Exact","9 ELM ST, SHREVEPORT, LA, 71101","-93.75,32.51","1","L"
          "4","x","Match","Non_Exact","8318 OAK ST, NEW ORLEANS, LA, 70118","-90.1323,29.9472","1","L"
          "5","x","Match","Non_Exact","20 CAFE ST, NEW ORLEANS, LA, 70118","-90.1,29.95","1","L"
          "6","x","Match","Non_Exact","100 CANAL BLVD, NEW ORLEANS, LA, 70124","-90.1,29.95","1","L"

          """)
      }
      defer { server.stop() }
      let geocoder = CensusGeocoder(base: server.url, time: time)
      let report = try geocode(geocoder)
      #expect(report.lookedUp == 7 && report.found == 2 && report.missed == 5 && report.failed == 0)
      #expect(
        try locations() == [
          "A|census|found|-|interpolated|0", "B|census|miss|no match|-|1", "C|census|miss|ambiguous|-|1",
          "D|census|miss|wrong place|interpolated|1", "E|census|miss|partial match|interpolated|1",
          "F|census|found|-|interpolated|0", "G|census|miss|other street|interpolated|1",
        ])
      #expect(
        try coordinates() == [
          "A|29.96380|-90.05790", "B|-|-", "C|-|-", "D|-|-", "E|-|-", "F|29.95000|-90.10000", "G|-|-",
        ])
      #expect(server.requests.count == 1)
      #expect(try geocode(geocoder).lookedUp == 0)
      #expect(server.requests.count == 1)
    }

    @Test("takes those alone that are in no parts, and asks for none without a street")
    func mixed() throws {
      for number in 1...3 { try add("Venue \(number)", "\(number) Canal St") }
      try add("Place", nil, city: nil, state: nil, zip: nil, line: "Café du Monde")
      try add("Area", nil, city: nil, state: nil, zip: nil, line: "New Orleans, LA")
      let server = try ScriptedServer { request in
        request.method == "POST"
          ? .http(200, [], (0..<3).map { "\"\($0)\",\"x\",\"No_Match\"\n" }.joined())
          : .http(200, [], #"{"result": {"addressMatches": []}}"#)
      }
      defer { server.stop() }
      #expect(try geocode(CensusGeocoder(base: server.url, time: time)).missed == 5)
      #expect(server.requests.map(\.method) == ["POST", "GET"])
      #expect(server.requests.allSatisfy { !$0.target.contains("address=New%20Orleans") })
      #expect(
        try rows("reason; count(*)", from: "venue_locations group by reason order by 1") == [
          "no match|4", "no street|1",
        ])
    }

    @Test("stores 25 at a time where the service fails on a large table, and all but the address on which it fails")
    func poisoned() throws {
      for number in 1...60 { try add("Venue \(number)", "\(number == 30 ? "666 Poison" : "\(number) Canal") St") }
      let server = try ScriptedServer { request in
        let body = String(decoding: request.body, as: UTF8.self)
        if body.contains("Poison") || request.target.contains("Poison") { return .http(500, [], "") }
        let rows = body.split(separator: "\r\n").filter { $0.contains("Canal St") }
        return request.method == "POST"
          ? .http(200, [], rows.indices.map { "\"\($0)\",\"x\",\"No_Match\"\n" }.joined())
          : .http(200, [], #"{"result": {"addressMatches": []}}"#)
      }
      defer { server.stop() }
      let geocoder = CensusGeocoder(base: server.url, batchSize: 500, time: time, random: FixedRandom())
      let report = try geocode(geocoder)
      #expect(report.missed == 59 && report.failed == 1 && !report.more)
      #expect(try rows("count(*)", from: "venue_locations where reason = 'failed'") == ["1"])
    }

    @Test("stores answers with a NUL, which a database refuses")
    func nul() throws {
      try add("Blue Nile", "532 Frenchmen St")
      let server = try ScriptedServer { _ in
        .http(
          200, [],
          #"{"result": {"addressMatches": [{"coordinates": {"x": -90.0579, "y": 29.9638}, "matchedAddress": "#
            + #""532 FRENCHMEN\u0000 ST, NEW ORLEANS, LA, 70116"}]}}"#)
      }
      defer { server.stop() }
      #expect(try geocode(CensusGeocoder(base: server.url, time: time)).found == 1)
      #expect(
        try rows("matched_address", from: "venue_locations") == ["532 FRENCHMEN ST, NEW ORLEANS, LA, 70116"])
    }
  }
}

/// A deadline for a thread, which has no suite.
private func within() -> Deadline { GeocodingTests.within() }
