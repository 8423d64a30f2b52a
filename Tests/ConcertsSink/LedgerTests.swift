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
  @Suite("Loads in the ledger")
  final class LedgerTests: SinkSuite {
    private let start = Date(timeIntervalSince1970: 1_717_142_400)
    private let dates = (0..<3).map { testDate.adding(days: $0) }

    private var opening: RunOpening {
      RunOpening(trigger: .schedule, startedAt: start, items: dates.map(WorkItem.init(date:)))
    }

    private func closed(failing failedItems: [CalendarDate] = [], after seconds: Double = 60) -> LedgerEvent {
      .closed(
        RunClosing(
          opening: opening, endedAt: start + seconds, outcome: .finished(failedItems: failedItems.map(\.description))))
    }

    @discardableResult
    private func record(_ entry: LedgerEvent, run: String = "run-1") throws -> RunRecord? {
      try ledger.record(entry, ofRun: run, in: dataset, deadline: within())
    }

    /// Loads two events of a date.
    /// - Parameter rejecting: leaves out the venue of the second, so that it is rejected.
    @discardableResult
    private func load(
      _ date: CalendarDate, run: String = "run-1", rejecting: Bool = false, listed: String? = nil
    ) throws -> LoadReport {
      var document = makeDocument(
        [
          makeRecord(href: "/events/\(date)", date: "\(date)", time: nil),
          makeRecord(
            href: "/events/\(date)-2", venue: rejecting ? "" : "Tipitina's", venueHref: "/organizations/t",
            date: "\(date)", time: nil),
        ], date: date, key: "raw/\(date)_\(run).json", listed: listed)
      document.run = run
      return try sink.load(document, deadline: within())
    }

    @Test("finds the dates that were ever loaded, with or without events, and those of the legacy system")
    func loaded() throws {
      try load(dates[0])
      try sink.load(makeDocument([], date: dates[1], key: "raw/empty.json"), deadline: within())
      let old = dates[2].adding(days: 1)
      try connection.query(
        "insert into events (source, event_date, artist_name, status) values ('wwoz', $1, 'A', 'scheduled')",
        [.date(old)], deadline: within())
      #expect(
        try sink.loadedDates(dates + [old], of: dataset, deadline: within()) == [dates[0], dates[1], old])
    }

    @Test("counts a load once that is retried after a lost response, and reports what the ledger keeps")
    func retriedLoad() throws {
      let first = try load(dates[0])
      #expect(first.events == RecordCounts(found: 2, new: 2))
      #expect(try load(dates[0]) == first)
      #expect(try connection.lines("run, counts #>> '{events,new}'", from: "loads") == ["run-1|2"])
      #expect(
        try record(closed(failing: [dates[1], dates[2]]))?.records == RecordCounts(found: 2, new: 2, cancelled: 0))
    }

    @Test("reports the same if a later listing of the date was loaded meanwhile")
    func retriedLate() throws {
      let first = try load(dates[0], run: "old", listed: "2024-05-29T12:00:00Z")
      try load(dates[0], run: "new", listed: "2024-05-30T12:00:00Z")
      let again = try load(dates[0], run: "old", listed: "2024-05-29T12:00:00Z")
      #expect(again.isSuperseded)
      #expect(again.records == first.records)
    }

    @Test("counts a document that was replaced under its key as it was last loaded, never twice")
    func replacedDocument() throws {
      try load(dates[0], rejecting: true)
      try load(dates[0])
      #expect(try connection.count("loads") == 1)
      #expect(
        try record(closed(failing: [dates[1], dates[2]]))?.records
          == RecordCounts(found: 2, new: 1, unchanged: 1, cancelled: 0))
    }

    @Test("counts the last of two documents of a date in one run")
    func twoDocuments() throws {
      try load(dates[0])
      var second = makeDocument([makeRecord(href: "/events/3", time: nil)], date: dates[0], key: "raw/second.json")
      second.run = "run-1"
      try sink.load(second, deadline: within())
      let ended = try record(closed(failing: [dates[1], dates[2]]))
      #expect(ended?.itemsLoaded == 1)
      #expect(ended?.records == RecordCounts(found: 1, new: 1, cancelled: 2))
    }

    @Test("marks an older listing that is loaded late as superseded")
    func superseded() throws {
      try load(dates[0], run: "new", listed: "2024-05-30T12:00:00Z")
      try load(dates[0], run: "old", listed: "2024-05-29T12:00:00Z")
      #expect(try connection.lines("run, superseded", from: "loads order by id") == ["new|f", "old|t"])
      #expect(try ledger.freshness(of: [WorkItem(date: dates[0])], in: dataset, deadline: within()).first?.run == "new")
    }

    @Test("has the same item and date in loads and rejected records")
    func items() throws {
      try load(dates[0], rejecting: true)
      for table in ["loads", "rejected_records"] {
        #expect(try connection.lines("item, event_date", from: table) == ["\(dates[0])|\(dates[0])"])
      }
    }
  }
}
