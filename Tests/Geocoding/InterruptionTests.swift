import Contracts
import Foundation
import Ledger
import TestSupport
import Testing
import Time

@testable import Geocoding

extension GeocodingTests {
  @Suite("Geocoding that is interrupted")
  final class InterruptionTests: GeocodingSuite {
    private struct Killed: Error {}

    /// A geocoder whose connection to the database is cut off when it has answered some addresses.
    private func killing(after count: Int, batchSize: Int) -> FakeGeocoder {
      let geocoder = FakeGeocoder(batchSize: batchSize)
      geocoder.onAsk = { [weak geocoder] _ in
        guard geocoder?.asked.count == count else { return }
        // As if the process ended here: its transactions end, and so does this connection for good.
        try? self.execute("alter table venue_locations rename to hidden")
      }
      return geocoder
    }

    @Test("between asking and storing ends as if it had not been", arguments: [1, 3, 5, 8])
    func killed(count: Int) throws {
      for number in 1...8 { try add("Venue \(number)", "\(number) Canal St") }
      try geocode(FakeGeocoder { $0.line.hasPrefix("5") ? .miss : .found(make($0)) })
      let expected = try state()
      try execute("delete from venue_locations")
      try execute("update venues set latitude = null, longitude = null, last_geocoded = null")
      let killed = killing(after: count, batchSize: 3)
      #expect(failure { try geocode(killed) }?.name == .schemaMismatch)
      try execute("alter table hidden rename to venue_locations")
      let stored = try rows("count(*)", from: "venue_locations")
      #expect(stored == ["\((count - 1) / 3 * 3)"], "whole batches are stored")
      let again = FakeGeocoder(batchSize: 3) { $0.line.hasPrefix("5") ? .miss : .found(make($0)) }
      try execute("update venue_locations set attempts = attempts")
      try geocode(again)
      #expect(again.asked.count == 8 - (count - 1) / 3 * 3)
      // The interrupted process had found a place where this provider has none.
      try execute("delete from venue_locations where query like '5 %'")
      try geocode(again)
      #expect(try state() == expected)
    }

    @Test("by a changed address does not store the old one's place")
    func changedMeanwhile() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try add("Maple Leaf", "8316 Oak St")
      let geocoder = FakeGeocoder()
      geocoder.onAsk = { if $0.hasPrefix("532") { try? self.move("Blue Nile", to: "1 Canal St") } }
      let report = try geocode(geocoder)
      #expect(report.lookedUp == 2)
      #expect(report.notes == ["1 venue changed while looked up: the next run asks for the new address"])
      #expect(try coordinates() == ["Blue Nile|-|-", "Maple Leaf|29.96000|-89.97684"])
      #expect(try locations().count == 1)
      #expect(try geocode(geocoder).found == 1)
      #expect(try coordinates().first == "Blue Nile|29.96000|-90.05999")
    }

    @Test("by its deadline goes on where it was")
    func deadline() throws {
      for number in 1...6 { try add("Venue \(number)", "\(number) Canal St") }
      let clock = ManualTime(Self.start)
      let geocoder = FakeGeocoder(batchSize: 2)
      geocoder.onAsk = { _ in clock.advance(by: .seconds(10)) }
      let service = VenueGeocoding(database, geocoder: geocoder, time: clock)
      let first = try service.geocode(deadline: Deadline(after: .seconds(35), on: clock))
      #expect(first.more)
      #expect(first.found == 3)
      #expect(first.failed == 0)
      #expect(first.notes.isEmpty)
      let second = try service.geocode(deadline: Deadline(after: .seconds(100), on: clock))
      #expect(!second.more)
      #expect(second.found == 3)
      #expect(geocoder.asked.count == 6)
    }

    @Test("by a provider that responds to nothing asks for no other round")
    func unresponsive() throws {
      for number in 1...6 { try add("Venue \(number)", "\(number) Canal St") }
      let report = try geocode(
        FakeGeocoder { _ throws(PipelineError) in throw PipelineError(.deadlineExceeded, "no time") })
      #expect(!report.more)
      #expect(report.lookedUp == 0)
      #expect(report.failed == 0)
      #expect(
        report.notes == [
          "6 venues left to look up, because in the time that there was, the provider gave no response: the next run does"
        ])
    }

    @Test("by a failing provider keeps what was found, and leaves the rest to the next run")
    func failing() throws {
      for number in 1...9 { try add("Venue \(number)", "\(number) Canal St") }
      let geocoder = FakeGeocoder(batchSize: 4) { address throws(PipelineError) in
        if address.line.hasPrefix("6") { throw PipelineError(.sourceThrottled, "enough for today") }
        return .found(make(address))
      }
      let report = try geocode(geocoder)
      #expect(report.lookedUp == 6)
      #expect(report.found == 5)
      #expect(report.failed == 1)
      #expect(!report.more)
      #expect(
        report.notes == [
          "enough for today", "3 venues left to look up, because the provider is not asked any more: the next run does",
        ])
      let next = FakeGeocoder()
      #expect(try geocode(next).found == 4)
      #expect(next.asked.count == 4)
    }

    @Test("by addresses on which the provider fails asks for the others first the next time")
    func poisoned() throws {
      for number in 1...9 { try add("Venue \(number)", "\(number) Canal St") }
      let geocoder = FakeGeocoder(batchSize: 4) { address throws(PipelineError) in
        guard "123".contains(address.line.prefix(1)) else { return .found(make(address)) }
        throw PipelineError(.sourceUnavailable, "no")
      }
      let first = try geocode(geocoder)
      #expect(first.failed == 3 && first.found == 0)
      #expect(try locations().first == "Venue 1|census|miss|failed|-|0")
      pass(days: 0.5)
      let second = try geocode(geocoder)
      #expect(second.found == 6 && second.failed == 3)
      #expect(geocoder.asked.suffix(3).map { $0.prefix(1) } == ["1", "2", "3"])
      #expect(try geocode(FakeGeocoder()).found == 3)
    }

    @Test("by a failure keeps a place that is to be looked up again, until it expires")
    func failedAgain() throws {
      try add("Blue Nile", "532 Frenchmen St")
      try geocode(FakeGeocoder(.google))
      let before = try rows("to_jsonb(l)", from: "venue_locations l")
      let locations = VenueLocations(database)
      pass(days: 28)
      let venue = try #require(
        try locations.due(without: [], limit: 1, by: .google, at: time.now, deadline: GeocodingTests.within()).venues
          .first)
      let failed = VenueLocation(venue: venue, judgment: .miss(.failed, nil))
      #expect(try locations.store([failed], by: .google, at: time.now, deadline: GeocodingTests.within()) == 0)
      #expect(try rows("to_jsonb(l)", from: "venue_locations l") == before)
    }

    @Test("by another process that does the same ends in the same state")
    func twoAtOnce() throws {
      for number in 1...20 { try add("Venue \(number)", "\(number) Canal St") }
      let other = try Self.open(testDatabase)
      let geocoder = FakeGeocoder(batchSize: 5)
      let second = FakeGeocoder(batchSize: 5)
      geocoder.onAsk = { [weak geocoder] _ in
        guard geocoder?.asked.count == 3 else { return }
        _ = try? VenueGeocoding(other, geocoder: second, time: self.time).geocode(deadline: GeocodingTests.within())
      }
      let report = try geocode(geocoder)
      #expect(report.notes.isEmpty)
      #expect(second.asked.count == 20)
      #expect(geocoder.asked.count == 5, "what the other process has stored is not due")
      #expect(try rows("count(*)", from: "venues where latitude is not null") == ["20"])
    }
  }
}
