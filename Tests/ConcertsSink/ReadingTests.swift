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
  @Suite("Reading a day")
  final class ReadingTests: SinkSuite {
    override init() throws {
      try super.init()
      try sink.database.migrate(deadline: within())
    }

    @discardableResult
    private func load(_ records: EventRecord..., on date: CalendarDate = testDate) throws -> LoadReport {
      try sink.load(
        makeDocument(records, date: date, key: "raw/\(date)-\(UInt32.random(in: 0 ... .max)).json"), deadline: within())
    }

    @Test("returns what was loaded, in one round trip")
    func roundTrip() throws {
      var record = makeRecord(
        artistHref: "/artists/kermit", artistDescription: "Trumpet", artistGenres: ["Swing", "Jazz"],
        artistRelated: ["Rebirth", "Irma"], artistWebsite: "https://kermit.example", phone: "504-555-0100",
        description: "Late show", related: ["Irma"], genres: ["Jazz", "Funk"])
      try load(record)
      let before = sink.database.roundTrips
      let events = try sink.events(on: testDate, deadline: within())
      #expect(sink.database.roundTrips - before == 1)
      record.origin = nil
      record.artist.genres.sort()
      record.artist.relatedArtists.sort()
      record.event.genres.sort()
      record.event.status = "scheduled"
      #expect(events == [record])
      try connection.execute(script: "update venues set latitude = 29.9511, longitude = 'NaN'", deadline: within())
      let venue = try #require(sink.events(on: testDate, deadline: within()).first).venue
      #expect(venue.latitude == 29.9511)
      #expect(venue.longitude == nil, "not a number")
    }

    @Test("from a database of another version is refused, without another round trip")
    func otherVersion() throws {
      let connection = try testDatabase.connect()
      let reader = try makeSink(testDatabase)
      _ = try reader.events(on: testDate, deadline: within())
      #expect(reader.database.roundTrips == 1)
      try connection.query("insert into schema_migrations values (999, 'from the future', 'x')", deadline: within())
      let newer = try makeSink(testDatabase)
      #expect(failureName { _ = try newer.events(on: testDate, deadline: within()) } == .schemaMismatch)
      try connection.query("delete from schema_migrations", deadline: within())
      let older = try makeSink(testDatabase)
      #expect(failureName { _ = try older.events(on: testDate, deadline: within()) } == .schemaMismatch)
    }

    @Test("returns empty texts for unknown values, and no time for an unknown one")
    func unknown() throws {
      try load(makeRecord(address: "", isActive: nil, time: nil))
      let event = try #require(sink.events(on: testDate, deadline: within()).first)
      #expect(event.performanceTime == nil)
      #expect(event.venue.isActive == nil)
      #expect(event.artist == .init(name: "Kermit Ruffins"))
      #expect(event.event.genres.isEmpty)
    }

    @Test("sorts by time, venue and address, and events without a time last")
    func order() throws {
      try load(
        makeRecord(href: "/events/1", venue: "b", time: nil), makeRecord(href: "/events/2", venue: "a", time: nil),
        makeRecord(href: "/events/3", venue: "a", time: "2024-05-31T23:30:00-05:00"),
        makeRecord(href: "/events/5", venue: "É", time: "2024-05-31T09:00:00-05:00"),
        makeRecord(href: "/events/4", venue: "É", time: "2024-05-31T14:00:00Z"),
        makeRecord(href: "/events/6", venue: "z", time: "2024-05-31T09:00:00-05:00"))
      #expect(
        try sink.events(on: testDate, deadline: within()).map(\.event.href) == [
          "/events/6", "/events/4", "/events/5", "/events/3", "/events/2", "/events/1",
        ])
    }

    @Test("returns times in the dataset's zone, in winter and in summer")
    func zone() throws {
      let winter = testDate.adding(days: 200)
      try load(makeRecord(time: "2024-06-01T01:00:00Z"))
      try load(makeRecord(href: "/events/2", date: "\(winter)", time: "\(winter)T20:00:00-06:00"), on: winter)
      let days = try sink.events(in: testDate...winter, deadline: within())
      #expect(days[testDate]?.map(\.performanceTime) == ["2024-05-31T20:00:00-05:00"])
      #expect(days[winter]?.map(\.performanceTime) == ["2024-12-17T20:00:00-06:00"])
    }

    @Test("leaves out cancelled events, and includes a day without events")
    func cancelled() throws {
      try load(makeRecord(), makeRecord(href: "/events/2"))
      try load(makeRecord())
      let days = try sink.events(in: testDate...testDate.adding(days: 1), deadline: within())
      #expect(days.mapValues { $0.map(\.event.href) } == [testDate: ["/events/1"], testDate.adding(days: 1): []])
    }

    @Test("returns cancelled events too, if asked for them")
    func withCancelled() throws {
      try load(makeRecord(), makeRecord(href: "/events/2"))
      try load(makeRecord())
      let day = try sink.events(in: testDate...testDate, withCancelled: true, deadline: within())[testDate]
      #expect(day?.map(\.event.status) == ["scheduled", "cancelled"])
    }

    @Test("from a database without tables is a schema mismatch")
    func failures() throws {
      try testDatabase.connect().execute(script: "drop table artists cascade", deadline: within())
      #expect(failureName { _ = try sink.events(on: testDate, deadline: within()) } == .schemaMismatch)
    }
  }
}
