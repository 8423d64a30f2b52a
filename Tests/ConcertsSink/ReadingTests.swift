import Foundation
import Contracts
import Settings
import EventRecords
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink

extension WarehouseTests {
  @Suite("Reading a day")
  final class ReadingTests {
    let database: TestDatabase
    let database: ConcertsDatabase

    init() throws {
      database = try TestDatabase()
      database = try makeWarehouse(database)
      try database.migrate(until: within())
    }

    @discardableResult
    private func load(_ records: EventRecord..., on date: CalendarDate = testDate) throws -> LoadReport {
      try database.load(
        makeDocument(records, date: date, key: "raw/\(date)-\(UInt32.random(in: 0 ... .max)).json"), until: within())
    }

    @Test("gives back what was loaded, in one round trip")
    func roundTrip() throws {
      var record = makeRecord(
        actHref: "/artists/kermit", actDescription: "Trumpet", actGenres: ["Swing", "Jazz"],
        actRelated: ["Rebirth", "Irma"], actWebsite: "https://kermit.example", phone: "504-555-0100",
        description: "Late show", related: ["Irma"], genres: ["Jazz", "Funk"])
      try load(record)
      let before = database.roundTrips
      let events = try database.events(on: testDate, deadline: within())
      #expect(database.roundTrips - before == 1)
      record.origin = nil
      record.artist.genres.sort()
      record.artist.relatedArtists.sort()
      record.event.genres.sort()
      #expect(events == [record])
    }

    @Test("from a database of another version is refused, at no round trip more")
    func otherVersion() throws {
      let connection = try database.connect()
      let reader = try makeWarehouse(database)
      _ = try reader.events(on: testDate, deadline: within())
      #expect(reader.roundTrips == 1)
      try connection.query("insert into schema_migrations values (999, 'from the future', 'x')", deadline: within())
      let newer = try makeWarehouse(database)
      #expect(failureName { _ = try newer.events(on: testDate, deadline: within()) } == .schemaMismatch)
      try connection.query("delete from schema_migrations", deadline: within())
      let older = try makeWarehouse(database)
      #expect(failureName { _ = try older.events(on: testDate, deadline: within()) } == .schemaMismatch)
    }

    @Test("gives empty text for what is not known, and no time for one that is not")
    func unknown() throws {
      try load(makeRecord(address: "", isActive: nil, time: nil))
      let event = try #require(database.events(on: testDate, deadline: within()).first)
      #expect(event.performanceTime == nil)
      #expect(event.venue.isActive == nil)
      #expect(event.artist == .init(name: "Kermit Ruffins"))
      #expect(event.event.genres.isEmpty)
    }

    @Test("is in the order of time, then venue, then address; those without a time come last")
    func order() throws {
      try load(
        makeRecord(href: "/events/1", venue: "b", time: nil), makeRecord(href: "/events/2", venue: "a", time: nil),
        makeRecord(href: "/events/3", venue: "a", time: "2024-05-31T23:30:00-05:00"),
        makeRecord(href: "/events/5", venue: "É", time: "2024-05-31T09:00:00-05:00"),
        makeRecord(href: "/events/4", venue: "É", time: "2024-05-31T14:00:00Z"),
        makeRecord(href: "/events/6", venue: "z", time: "2024-05-31T09:00:00-05:00"))
      #expect(
        try database.events(on: testDate, deadline: within()).map(\.event.href) == [
          "/events/6", "/events/4", "/events/5", "/events/3", "/events/2", "/events/1",
        ])
    }

    @Test("has the clock of Chicago, in winter and in summer")
    func zone() throws {
      let winter = testDate.adding(days: 200)
      try load(makeRecord(time: "2024-06-01T01:00:00Z"))
      try load(makeRecord(href: "/events/2", date: "\(winter)", time: "\(winter)T20:00:00-06:00"), on: winter)
      let days = try database.events(in: testDate...winter, deadline: within())
      #expect(days[testDate]?.map(\.performanceTime) == ["2024-05-31T20:00:00-05:00"])
      #expect(days[winter]?.map(\.performanceTime) == ["2024-12-17T20:00:00-06:00"])
    }

    @Test("leaves out what is cancelled, and knows a day without events")
    func cancelled() throws {
      try load(makeRecord(), makeRecord(href: "/events/2"))
      try load(makeRecord())
      let days = try database.events(in: testDate...testDate.adding(days: 1), deadline: within())
      #expect(days.mapValues { $0.map(\.event.href) } == [testDate: ["/events/1"], testDate.adding(days: 1): []])
    }

    @Test("from a database without tables is a mismatch")
    func failures() throws {
      try database.connect().execute(script: "drop table artists cascade", deadline: within())
      #expect(failureName { _ = try database.events(on: testDate, deadline: within()) } == .schemaMismatch)
    }
  }
}
