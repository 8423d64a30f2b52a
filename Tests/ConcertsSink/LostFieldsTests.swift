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
  @Suite("A field that most pages of one kind have lost")
  final class LostFieldsTests: SinkSuite {
    private typealias Change = (inout EventRecord) -> Void

    /// Makes a record with every field of its three pages.
    private func record(_ number: Int, on date: CalendarDate = testDate) -> EventRecord {
      var record = makeRecord(
        href: "/events/\(number)", artist: "Artist \(number)", artistHref: "/artists/\(number)",
        artistDescription: "About \(number)", artistGenres: ["Jazz"], artistRelated: ["Friend \(number)"],
        artistWebsite: "https://artist.example/\(number)", venue: "Venue \(number)", phone: "504-555-01\(number + 10)",
        date: "\(date)", time: nil, description: "Event \(number)", genres: ["Jazz"])
      record.venue.website = "https://venue.example/\(number)"
      return record
    }

    /// Loads a day.
    /// - Parameters:
    ///   - count: the number of events, each with its own venue and artist.
    ///   - change: the change to the first of them.
    ///   - changed: the number of events with the change.
    @discardableResult
    private func load(
      _ count: Int, changing changed: Int = 0, _ change: Change = { _ in }, first: Int = 0,
      on date: CalendarDate = testDate, key: String = "raw/\(UInt32.random(in: 0 ... .max)).json", run: String? = nil,
      allowsShrinkage: Bool = false
    ) throws -> LoadReport {
      let document = document(
        count, changing: changed, change, first: first, on: date, key: key, run: run, allowsShrinkage: allowsShrinkage)
      return try sink.load(document, deadline: within())
    }

    private func document(
      _ count: Int, changing changed: Int, _ change: Change, first: Int = 0, on date: CalendarDate = testDate,
      key: String, run: String? = nil, allowsShrinkage: Bool = false
    ) -> LoadDocument {
      let records = (first..<first + count).map { number in
        var record = record(number, on: date)
        if number < first + changed { change(&record) }
        return record
      }
      return makeDocument(records, date: date, key: key, run: run, allowsShrinkage: allowsShrinkage)
    }

    private func count(_ column: String, in table: String) throws -> Int {
      try connection.count("\(table) where \(column) is not null")
    }

    @Test("is kept, and the load is partial with a notice that has the numbers and the command")
    func venuePhone() throws {
      try load(36)
      let report = try load(36, changing: 34) { $0.venue.phoneNumber = "" }
      #expect(
        report.notice
          == "SourceChanged: 34 of 36 venue pages of 2024-05-31 no longer have phone_number. What was known is kept; "
          + "`festvibes replay 2024-05-31 --allow-shrink` takes the pages as they are")
      let target = LoadTarget(dataset: dataset, item: WorkItem(date: testDate), key: "k")
      #expect(LoadResponse(report, of: target).status == "partial")
      #expect(LoadResponse(report, of: target).notice == report.notice)
      #expect(report.venues == RecordCounts(found: 36, unchanged: 36))
      #expect(try count("phone_number", in: "venues") == 36)
    }

    @Test("is erased if the request allows it")
    func allowed() throws {
      try load(4)
      let report = try load(4, changing: 4, { $0.venue.phoneNumber = "" }, allowsShrinkage: true)
      #expect(report.notice == nil)
      #expect(report.venues.changed == 4)
      #expect(try count("phone_number", in: "venues") == 0)
    }

    @Test("is kept for each field of a venue's page, others are still taken from the page")
    func venueFields() throws {
      let changes: [(String, Change)] = [
        ("thoroughfare", { $0.venue.thoroughfare = "" }), ("locality", { $0.venue.locality = "" }),
        ("state", { $0.venue.state = "" }), ("postal_code", { $0.venue.postalCode = "" }),
        ("full_address", { $0.venue.fullAddress = "" }), ("website", { $0.venue.website = "" }),
        ("is_active", { $0.venue.isActive = nil }),
      ]
      try load(4)
      for (index, (column, change)) in changes.enumerated() {
        let report = try load(4, changing: 4) {
          change(&$0)
          $0.venue.phoneNumber = "\(index)"
        }
        #expect(report.notice?.contains("4 of 4 venue pages of 2024-05-31 no longer have \(column).") == true)
        #expect(try count(column, in: "venues") == 4, "\(column)")
        #expect(try connection.count("venues where phone_number = '\(index)'") == 4)
      }
    }

    @Test("is kept with the full address that has it")
    func fullAddress() throws {
      try load(4)
      try load(4, changing: 3) {
        $0.venue.thoroughfare = ""
        $0.venue.fullAddress = "New Orleans, LA 70116"
      }
      #expect(
        try connection.lines("thoroughfare, full_address", from: "venues group by thoroughfare, full_address") == [
          "532 Frenchmen St|532 Frenchmen St, New Orleans, LA 70116"
        ])
    }

    @Test("is kept for artists and events: texts, genres and related artists")
    func artistsAndEvents() throws {
      try load(3)
      let rows = try connection.rowVersions(except: ["loads"])
      let report = try load(3, changing: 3) {
        $0.artist.description = ""
        $0.artist.website = ""
        $0.artist.genres = []
        $0.artist.relatedArtists = []
        $0.event.description = ""
        $0.event.genres = []
      }
      for part in [
        "artist pages of 2024-05-31 no longer have description", "artist pages of 2024-05-31 no longer have genres",
        "artist pages of 2024-05-31 no longer have related_artists",
        "artist pages of 2024-05-31 no longer have website", "event pages of 2024-05-31 no longer have description",
        "event pages of 2024-05-31 no longer have genres",
      ] { #expect(report.notice?.contains("3 of 3 \(part)") == true, "\(part)") }
      #expect(report.artists.changed == 0)
      #expect(report.events.changed == 0)
      #expect(try connection.rowVersions(except: ["loads"]) == rows, "nothing is lost")
    }

    @Test("is believed of one or two pages, and of half of them")
    func few() throws {
      try load(6)
      #expect(try load(6, changing: 2) { $0.artist.website = "" }.notice == nil)
      #expect(try count("website", in: "artists") == 4)
      // Two of those that still have it, of four.
      #expect(try load(6, changing: 4) { $0.artist.website = "" }.notice == nil)
      #expect(try load(6, changing: 3) { $0.venue.phoneNumber = "" }.notice == nil)
      #expect(try count("phone_number", in: "venues") == 3)
    }

    @Test("is not lost by pages that could not be read")
    func unread() throws {
      try load(5)
      let report = try load(5, changing: 5) {
        $0.venue.phoneNumber = ""
        $0.origin?.failedPages = [$0.venue.href]
      }
      #expect(report.notice == nil)
      #expect(try count("phone_number", in: "venues") == 5)
    }

    @Test("does not stop new values, other fields, or a new venue without it")
    func others() throws {
      try load(5)
      let report = try load(6, changing: 6) {
        $0.venue.phoneNumber = ""
        $0.venue.thoroughfare = "1 New St"
        $0.artist.description = "New"
      }
      #expect(
        report.notice?.hasPrefix("SourceChanged: 5 of 5 venue pages of 2024-05-31 no longer have phone_number.") == true
      )
      #expect(report.venues == RecordCounts(found: 6, new: 1, changed: 5))
      #expect(try count("phone_number", in: "venues") == 5)
      #expect(try connection.count("venues where thoroughfare = '1 New St'") == 6)
      #expect(try connection.count("artists where description = 'New'") == 6)
    }

    @Test("is kept by a repeated load and a replay, which say it again; a dry run says it, too")
    func twice() throws {
      try load(4)
      let lossy = document(4, changing: 4, { $0.venue.website = "" }, key: "raw/lossy.json", run: "r")
      let dryRun = try sink.dryRun(lossy, deadline: within())
      #expect(dryRun.differences.isEmpty)
      let first = try sink.load(lossy, deadline: within())
      #expect(dryRun.report == first)
      let rows = try connection.rowVersions()
      #expect(try sink.load(lossy, deadline: within()) == first)
      #expect(try connection.rowVersions() == rows, "the same document writes nothing")
      let replay = document(4, changing: 4, { $0.venue.website = "" }, key: "raw/replay.json", run: "r2")
      #expect(try sink.load(replay, deadline: within()).notice == first.notice)
      #expect(try count("website", in: "venues") == 4)
    }

    @Test("is gone from the ledger when the document is loaded again as it is")
    func allowedLater() throws {
      try load(4)
      let change: Change = { $0.venue.website = "" }
      try load(4, changing: 4, change, key: "raw/lossy.json")
      #expect(try connection.count("loads where counts ->> 'notice' is not null") == 1)
      try load(4, changing: 4, change, key: "raw/lossy.json", allowsShrinkage: true)
      #expect(try connection.count("loads where counts ->> 'notice' is not null") == 0)
      #expect(try count("website", in: "venues") == 0)
    }

    @Test("is found across the dates of a run, when each date has few pages with it")
    func acrossRun() throws {
      let days = (0..<5).map { testDate.adding(days: $0) }
      func loadAll(_ run: String, changing changed: Int) throws -> [LoadReport] {
        try days.enumerated().map { index, date in
          try load(
            1, changing: changed, { $0.artist.website = "" }, first: index * 10, on: date,
            key: "raw/\(run)\(index).json",
            run: run)
        }
      }
      _ = try loadAll("r1", changing: 0)
      let notices = try loadAll("r2", changing: 1).map(\.notice)
      #expect(notices[0] == nil && notices[1] == nil)
      #expect(notices[2]?.hasPrefix("SourceChanged: 3 of 3 artist pages of the run no longer have website.") == true)
      #expect(notices[4]?.hasPrefix("SourceChanged: 5 of 5 artist pages of the run no longer have website.") == true)
      #expect(try count("website", in: "artists") == 3, "from the third on")
      let rows = try connection.rowVersions()
      #expect(try loadAll("r2", changing: 1).map(\.notice) == notices, "a retried run says the same")
      #expect(try connection.rowVersions() == rows)
    }

    @Test("makes its run partial, with the notice as its cause")
    func run() throws {
      try load(4)
      try load(4, changing: 4, { $0.venue.website = "" }, key: "raw/2.json", run: "r")
      let opening = RunOpening(
        trigger: .schedule, startedAt: Date(timeIntervalSince1970: 1_717_142_400), items: [WorkItem(date: testDate)])
      func close(_ cause: String?) throws -> RunRecord? {
        let closing = RunClosing(
          opening: opening, endedAt: opening.startedAt + 60, outcome: .finished(failedItems: [], cause: cause))
        return try ledger.record(.closed(closing), ofRun: "r", in: dataset, deadline: within())
      }
      let record = try #require(try close(nil))
      #expect(record.status == .partial)
      #expect(record.error == nil)
      #expect(
        record.cause?.hasPrefix("SourceChanged: 4 of 4 venue pages of 2024-05-31 no longer have website.") == true)
      #expect(try close("CacheUnavailable: away")?.cause == "CacheUnavailable: away")
    }
  }
}
