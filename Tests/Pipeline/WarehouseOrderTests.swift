import Foundation
import Pipeline
import Postgres
import TestSupport
import Testing
import Time

@testable import Warehouse

extension WarehouseTests {
  @Suite("A document that is loaded late")
  final class OrderTests {
    let database: TestDatabase
    let warehouse: Warehouse
    let connection: PostgresConnection

    init() throws {
      database = try TestDatabase()
      warehouse = try makeWarehouse(database)
      connection = try database.connect()
    }

    private let one = makeRecord()
    private let other = makeRecord(href: "/events/2", act: "Irma")

    /// Loads what was listed in an hour of May 30.
    @discardableResult
    private func load(
      _ records: [EventRecord], at hour: Int?, on date: CalendarDate = testDate, key: String? = nil
    ) throws -> LoadReport {
      let document = makeDocument(
        records, date: date, key: key ?? "raw/\(date)-\(hour ?? 0).json",
        listed: hour.map { "2024-05-30T\($0 + 10):00:00.123456Z" })
      return try warehouse.load(document, until: within())
    }

    private func statuses() throws -> [String] {
      try connection.lines("wwoz_event_href, event_date, status, artist_name", from: "events order by 1")
    }

    @Test("neither overwrites nor cancels what a later listing told, and leaves only its row in the ledger")
    func supersedes() throws {
      try load([one, other], at: 1)
      var changed = one
      changed.event.eventArtist = "Kermit & Friends"
      let added = makeRecord(href: "/events/3", act: "Rebirth")
      try load([changed, added], at: 3)
      let before = try connection.rowVersions(except: ["loads"])
      let expected = try statuses()

      let bad = makeRecord(href: "")
      let late = try load([one, one, other, bad, makeRecord(href: "/events/4", venue: "New")], at: 2)
      #expect(late.isSuperseded)
      #expect(late.counts.events == Tally(found: 5, unchanged: 5))
      #expect(late.counts.cancelled == 0)
      #expect(late.rejections.isEmpty)
      #expect(try load([one, other], at: 1).isSuperseded, "the same document again")
      #expect(try load([], at: nil).isSuperseded, "one that does not tell its time")
      #expect(try statuses() == expected)
      #expect(try connection.rowVersions(except: ["loads"]) == before)
      #expect(try connection.count("loads") == 4)

      let again = try load([changed, added], at: 3)
      #expect(!again.isSuperseded)
      #expect(again.counts.events == Tally(found: 2, unchanged: 2))
      #expect(try load([one], at: 4).counts.cancelled == 1)
    }

    @Test("does not bring back an event that has moved to another day since")
    func moved() throws {
      let next = testDate.adding(days: 1)
      var moved = one
      moved.event.date = "\(next)"
      moved.performanceTime = nil
      try load([moved, makeRecord(href: "/events/9", date: "\(next)", time: nil)], at: 3, on: next)
      let late = try load([one, other], at: 2)
      #expect(!late.isSuperseded)
      #expect(late.counts.events == Tally(found: 2, new: 1, unchanged: 1))
      #expect(
        try connection.lines("wwoz_event_href, event_date", from: "events order by 1") == [
          "/events/1|2024-06-01", "/events/2|2024-05-31", "/events/9|2024-06-01",
        ])
      #expect(try load([one, other], at: 4).counts.events == Tally(found: 2, changed: 1, unchanged: 1))
    }

    @Test("brings an event to the day it has moved to, though a later listing of its old day has cancelled it")
    func cancelledWhereItWas() throws {
      try load([one, other], at: 1)
      try load([other], at: 3)
      let next = testDate.adding(days: 1)
      var moved = one
      moved.event.date = "\(next)"
      moved.performanceTime = nil
      #expect(try load([moved], at: 2, on: next).counts.events == Tally(found: 1, changed: 1))
      #expect(
        try statuses() == [
          "/events/1|2024-06-01|scheduled|Kermit Ruffins", "/events/2|2024-05-31|scheduled|Irma",
        ])
    }
  }
}
