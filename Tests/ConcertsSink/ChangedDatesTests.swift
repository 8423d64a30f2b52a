import Contracts
import EventRecords
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("Days that another day's document changes")
  final class ChangedDatesTests: SinkSuite {
    private let next = testDate.adding(days: 1)
    private let third = testDate.adding(days: 2)

    private func load(_ records: EventRecord..., on date: CalendarDate) throws {
      try sink.load(makeDocument(records, date: date, key: UUID().uuidString), deadline: within())
    }

    private func record(
      _ date: CalendarDate, artist: String = "Kermit Ruffins", phone: String = "000", description: String = "",
      venue: String = "Blue Nile", href: String? = nil, related: [String] = []
    ) -> EventRecord {
      makeRecord(
        href: href ?? "/events/\(date)", artist: artist, artistHref: "/artists/\(artist)",
        artistDescription: description, venue: venue, phone: phone, date: "\(date)", time: nil, related: related)
    }

    /// Returns the changed days since the work began, by the database's clock.
    private func changed(by work: () throws -> Void) throws -> Set<CalendarDate> {
      let clock = try #require(
        try connection.lines("extract(epoch from clock_timestamp())::text", from: "(select 1) x").first)
      try work()
      return try sink.changedDates(
        since: Date(timeIntervalSince1970: try #require(Double(clock))), in: dataset, deadline: within())
    }

    @Test("are those of a venue whose page changed")
    func venue() throws {
      try load(record(testDate), on: testDate)
      try load(record(next), on: next)
      try load(record(third, venue: "Maple Leaf"), on: third)
      #expect(try changed { try load(record(testDate, phone: "111"), on: testDate) } == [testDate, next])
      #expect(try sink.events(on: next, deadline: within()).map(\.venue.phoneNumber) == ["111"])
      #expect(try changed { try load(record(testDate, phone: "111"), on: testDate) } == [], "nothing changed")
    }

    @Test("are those of an artist whose page, genres or relations changed")
    func artist() throws {
      try load(record(testDate), on: testDate)
      try load(record(next), on: next)
      try load(record(third, artist: "Irma"), on: third)
      #expect(try changed { try load(record(testDate, description: "new"), on: testDate) } == [testDate, next])
      var genres = record(testDate, description: "new")
      genres.artist.genres = ["Jazz"]
      #expect(try changed { try load(genres, on: testDate) } == [testDate, next])
      genres.artist.relatedArtists = ["Galactic"]
      #expect(try changed { try load(genres, on: testDate) } == [testDate, next])
      genres.event.description = "only the event's"
      #expect(try changed { try load(genres, on: testDate) } == [])
    }

    @Test("are those that show the address of a related artist")
    func relatedArtist() throws {
      try load(record(testDate, related: ["Irma"]), on: testDate)
      try load(record(next, artist: "Irma"), on: next)
      let days = try changed {
        var moved = record(next, artist: "Irma")
        moved.artist.href = "/artists/irma-thomas"
        moved.event.artistHref = moved.artist.href
        try load(moved, on: next)
      }
      #expect(days == [testDate, next])
    }

    @Test("are those from which an event moved")
    func moved() throws {
      try load(record(testDate, href: "/events/1"), on: testDate)
      #expect(try changed { try load(record(next, href: "/events/1"), on: next) } == [testDate])
      #expect(try connection.lines("moved_from", from: "events") == ["2024-05-31"])
      #expect(try changed { try load(record(next, href: "/events/1"), on: next) } == [])
    }

    @Test("are none after a first load")
    func first() throws {
      #expect(try changed { try load(record(testDate), on: testDate) } == [])
      #expect(try changed { try load(record(next, artist: "Irma"), on: next) } == [])
    }
  }
}
