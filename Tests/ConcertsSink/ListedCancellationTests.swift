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
  @Suite("An event that the source lists as cancelled")
  final class ListedCancellationTests: SinkSuite {
    @discardableResult
    private func load(
      _ records: [EventRecord], key: String = "raw/\(UInt32.random(in: 0 ... .max)).json", listed: String? = nil,
      on date: CalendarDate = testDate
    ) throws -> LoadReport {
      try sink.load(makeDocument(records, date: date, key: key, listed: listed), deadline: within())
    }

    private func record(_ number: Int = 1, status: String? = nil) -> EventRecord {
      var record = makeRecord(href: "/events/\(number)", artist: "Artist \(number)", time: nil)
      record.event.status = status
      return record
    }

    private func statuses() throws -> [String] {
      try connection.lines("wwoz_event_href, status", from: "events order by 1")
    }

    @Test("is stored as cancelled, counts as new, and is not in the day that the cache holds")
    func new() throws {
      let report = try load([record(1), record(2, status: "cancelled")])
      #expect(report.events == RecordCounts(found: 2, new: 2))
      #expect(report.cancelled == 0)
      #expect(try statuses() == ["/events/1|scheduled", "/events/2|cancelled"])
      let day = try sink.events(on: testDate, deadline: within())
      #expect(day.map(\.event.href) == ["/events/1"])
      #expect(day.map(\.event.status) == ["scheduled"])
      #expect(
        try sink.storedCounts(of: [WorkItem(date: testDate)], in: dataset, deadline: within()) == ["2024-05-31": 1])
    }

    @Test("was scheduled: it changes, and changes back when the source lists it without the mark")
    func changes() throws {
      try load([record(1), record(2)])
      let hashes = try connection.lines("encode(content_hash, 'hex')", from: "events order by wwoz_event_href")
      let cancelled = try load([record(1), record(2, status: "cancelled")])
      #expect(cancelled.events == RecordCounts(found: 2, changed: 1, unchanged: 1))
      #expect(cancelled.cancelled == 0, "it is in the listing")
      #expect(try statuses() == ["/events/1|scheduled", "/events/2|cancelled"])
      #expect(
        try connection.lines("encode(content_hash, 'hex')", from: "events order by wwoz_event_href")[1] != hashes[1])

      let again = try load([record(1), record(2, status: "cancelled")])
      #expect(again.events == RecordCounts(found: 2, unchanged: 2))
      let back = try load([record(1), record(2, status: "scheduled")])
      #expect(back.events == RecordCounts(found: 2, changed: 1, unchanged: 1))
      #expect(try statuses() == ["/events/1|scheduled", "/events/2|scheduled"])
      #expect(try connection.lines("encode(content_hash, 'hex')", from: "events order by wwoz_event_href") == hashes)
    }

    @Test("writes no row when its document is loaded again")
    func twice() throws {
      try load([record(1, status: "cancelled")], key: "raw/1.json")
      let rows = try connection.rowVersions()
      #expect(try load([record(1, status: "cancelled")], key: "raw/1.json").events.unchanged == 1)
      #expect(try connection.rowVersions() == rows)
    }

    @Test("stays cancelled when the listing no longer has it, and does not count as cancelled again")
    func vanishes() throws {
      try load([record(1), record(2, status: "cancelled")])
      let report = try load([record(1)])
      #expect(report.cancelled == 0)
      #expect(try statuses() == ["/events/1|scheduled", "/events/2|cancelled"])
    }

    @Test("had vanished before: it is unchanged")
    func hadVanished() throws {
      try load([record(1), record(2)])
      #expect(try load([record(1)]).cancelled == 1)
      #expect(try load([record(1), record(2, status: "cancelled")]).events == RecordCounts(found: 2, unchanged: 2))
    }

    @Test("does not count against the listing, even if all are, as on the day of a hurricane")
    func hurricane() throws {
      try load((0..<20).map { record($0) })
      let report = try load((0..<20).map { record($0, status: "cancelled") })
      #expect(report.events == RecordCounts(found: 20, changed: 20))
      #expect(report.cancelled == 0)
      #expect(try sink.events(on: testDate, deadline: within()).isEmpty)
      #expect(try load((0..<20).map { record($0) }).events.changed == 20)
    }

    @Test("is a removed event in a dry run, which changes nothing")
    func dryRun() throws {
      try load([record(1), record(2)])
      let document = makeDocument([record(1), record(2, status: "cancelled")], key: "raw/2.json")
      let dryRun = try sink.dryRun(document, deadline: within())
      #expect(dryRun.report.events == RecordCounts(found: 2, changed: 1, unchanged: 1))
      #expect(dryRun.differences == [.init(.removed, label: "--:-- Blue Nile: Artist 2 (/events/2)")])
      #expect(try statuses() == ["/events/1|scheduled", "/events/2|scheduled"])
    }

    @Test("is not brought back by an older listing of another day")
    func movedAndCancelled() throws {
      var moved = record(1, status: "cancelled")
      moved.event.date = "2024-06-01"
      try load([moved], listed: "2024-05-30T12:00:00Z", on: testDate.adding(days: 1))
      #expect(try load([record(1)], listed: "2024-05-30T11:00:00Z").events == RecordCounts(found: 1, unchanged: 1))
      #expect(try connection.lines("event_date, status", from: "events") == ["2024-06-01|cancelled"])
    }

    @Test(
      "has a status that is not known: it is rejected, and the stored event stays",
      arguments: ["postponed", "Cancelled"])
    func unknown(status: String) throws {
      try load([record(1)])
      let report = try load([record(1, status: status)])
      #expect(report.events == RecordCounts(found: 1, rejected: 1))
      #expect(report.rejections.map(\.reason) == [#"the event status is neither "scheduled" nor "cancelled""#])
      #expect(try statuses() == ["/events/1|scheduled"])
      #expect(try load([record(1, status: " ")]).events == RecordCounts(found: 1, unchanged: 1))
    }
  }
}
