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
  @Suite("A document that is loaded late")
  final class OrderTests: SinkSuite {
    private let one = makeRecord()
    private let other = makeRecord(href: "/events/2", artist: "Irma")

    /// Loads a listing of a given hour of May 30.
    @discardableResult
    private func load(
      _ records: [EventRecord], at hour: Int?, on date: CalendarDate = testDate, key: String? = nil
    ) throws -> LoadReport {
      let document = makeDocument(
        records, date: date, key: key ?? "raw/\(date)-\(hour ?? 0).json",
        listed: hour.map { "2024-05-30T\($0 + 10):00:00.123456Z" })
      return try sink.load(document, deadline: within())
    }

    private func statuses() throws -> [String] {
      try connection.lines("wwoz_event_href, event_date, status, artist_name", from: "events order by 1")
    }

    @Test("neither overwrites nor cancels events of a later listing, and leaves only its row in the ledger")
    func supersedes() throws {
      try load([one, other], at: 1)
      var changed = one
      changed.event.eventArtist = "Kermit & Friends"
      let added = makeRecord(href: "/events/3", artist: "Rebirth")
      try load([changed, added], at: 3)
      let before = try connection.rowVersions(except: ["loads", "rejected_records"])
      let expected = try statuses()

      let bad = makeRecord(href: "")
      let late = try load([one, one, other, bad, makeRecord(href: "/events/4", venue: "New")], at: 2)
      #expect(late.isSuperseded)
      #expect(late.events == RecordCounts(found: 5, unchanged: 4, rejected: 1))
      #expect(late.cancelled == 0)
      #expect(late.rejections == [.init(position: 3, reason: "no event address", key: nil)])
      let kept =
        "raw_key, position, reason, resolution, resolved_by = (select id from loads where raw_key like '%-3.json')"
      let rejected = ["raw/2024-05-31-2.json|3|no event address|replaced|t"]
      #expect(try connection.lines(kept, from: "rejected_records") == rejected)
      let rows = try connection.rowVersions(except: ["loads"])
      try load([one, one, other, bad, makeRecord(href: "/events/4", venue: "New")], at: 2)
      #expect(try connection.rowVersions(except: ["loads"]) == rows)
      #expect(try load([one, other], at: 1).isSuperseded, "the same document again")
      #expect(try load([], at: nil).isSuperseded, "one without a time")
      #expect(try statuses() == expected)
      #expect(try connection.rowVersions(except: ["loads", "rejected_records"]) == before)
      #expect(try connection.count("loads") == 4)

      let again = try load([changed, added], at: 3)
      #expect(!again.isSuperseded)
      #expect(again.events == RecordCounts(found: 2, unchanged: 2))
      #expect(try load([one], at: 4).cancelled == 1)
    }

    @Test("does not bring back an event that has since moved to another day")
    func moved() throws {
      let next = testDate.adding(days: 1)
      var moved = one
      moved.event.date = "\(next)"
      moved.performanceTime = nil
      try load([moved, makeRecord(href: "/events/9", date: "\(next)", time: nil)], at: 3, on: next)
      let late = try load([one, other], at: 2)
      #expect(!late.isSuperseded)
      #expect(late.events == RecordCounts(found: 2, new: 1, unchanged: 1))
      #expect(
        try connection.lines("wwoz_event_href, event_date", from: "events order by 1") == [
          "/events/1|2024-06-01", "/events/2|2024-05-31", "/events/9|2024-06-01",
        ])
      #expect(try load([one, other], at: 4).events == RecordCounts(found: 2, changed: 1, unchanged: 1))
    }

    @Test("under the key of an earlier one is as new as its own listing, and belongs to the run that loaded it")
    func replacedInPlace() throws {
      func ledger() throws -> [String] {
        try connection.lines(
          "raw_key, extract(hour from listed_at at time zone 'UTC'), superseded, run", from: "loads order by id")
      }
      try load([one], at: 2, key: "raw/other.json")
      #expect(try load([one, other], at: 1, key: "raw/x.json").isSuperseded)
      #expect(try ledger() == ["raw/other.json|12|f", "raw/x.json|11|t"])
      var document = makeDocument([one, other], key: "raw/x.json", listed: "2024-05-30T14:00:00.123456Z")
      document.run = "2"
      #expect(try sink.load(document, deadline: within()).events == RecordCounts(found: 2, new: 1, unchanged: 1))
      #expect(try ledger() == ["raw/other.json|12|f", "raw/x.json|14|f|2"])
      #expect(try load([one], at: 3).isSuperseded)

      // A later listing with the same content; and then the same document again.
      document.listedAt = document.listedAt.map { $0 + 3600 }
      document.run = nil
      #expect(try sink.load(document, deadline: within()).events == RecordCounts(found: 2, unchanged: 2))
      #expect(try ledger()[1] == "raw/x.json|15|f|2")
      let before = try connection.rowVersions()
      try sink.load(document, deadline: within())
      #expect(try connection.rowVersions() == before)
      #expect(try load([one], at: 1, key: "raw/x.json").isSuperseded, "an older one in its place")
      #expect(try connection.rowVersions() == before)
    }

    /// Returns the venues and the artists with their genres and relations, as readers see them.
    private func shared() throws -> [String] {
      try connection.lines("name, phone_number, website", from: "venues order by 1")
        + connection.lines("name, description, wwoz_artist_href", from: "artists order by 1")
        + connection.lines(
          "a.name, g.name", from: "artist_genres j join artists a on a.id = artist_id join genres g on g.id = genre_id")
        + connection.lines(
          "a.name, r.name",
          from: "artist_relations j join artists a on a.id = artist_id join artists r on r.id = related_artist_id")
    }

    @Test("of another date does not replace newer details of a venue or an artist by older ones")
    func sharedRows() throws {
      let next = testDate.adding(days: 1)
      func record(_ date: CalendarDate, old: Bool, description: String) -> EventRecord {
        makeRecord(
          href: "/events/\(date)", artistHref: "/artists/k", artistDescription: description,
          artistGenres: old ? ["Jazz", "Blues"] : ["Jazz"], artistRelated: old ? ["Irma"] : ["Rebirth"],
          phone: old ? "000" : "111", date: "\(date)", time: nil)
      }
      try load([record(testDate, old: true, description: "old")], at: 1)
      try load([record(next, old: false, description: "new")], at: 3, on: next)
      let expected = try shared()
      #expect(
        expected == [
          "Blue Nile|111", "Irma", "Kermit Ruffins|new|/artists/k", "Rebirth", "Kermit Ruffins|Jazz",
          "Kermit Ruffins|Rebirth",
        ])
      let before = try connection.rowVersions(except: ["loads"])

      // The first date's archive again, as a replay reads it, and another listing from between the two.
      #expect(
        try load([record(testDate, old: true, description: "old")], at: 1, key: "raw/replay.json").venues
          == RecordCounts(found: 1, unchanged: 1))
      #expect(try connection.rowVersions(except: ["loads"]) == before)
      let between = try load([record(testDate, old: true, description: "between")], at: 2)
      #expect(!between.isSuperseded)
      #expect(between.artists == RecordCounts(found: 2, unchanged: 2))
      #expect(try shared() == expected)

      // A better parser's reading of the newest listing overwrites that listing's facts, and a later listing any.
      try load([record(next, old: false, description: "read better")], at: 3, on: next, key: "raw/better.json")
      #expect(try shared().contains("Kermit Ruffins|read better|/artists/k"))
      try load([record(testDate, old: true, description: "read better")], at: 4)
      #expect(try shared().contains("Blue Nile|000"))
      #expect(try shared().contains("Kermit Ruffins|Blues"))
    }

    @Test("of another date does not bring back a genre that the artist's page has since lost")
    func sharedGenres() throws {
      let next = testDate.adding(days: 1)
      let both = makeRecord(artistHref: "/artists/k", artistGenres: ["Jazz", "Blues"])
      try load([both], at: 1)
      let one = makeRecord(
        href: "/events/2", artistHref: "/artists/k", artistGenres: ["Jazz"], date: "\(next)", time: nil)
      try load([one], at: 3, on: next)
      try load([both], at: 1, key: "raw/replay.json")
      #expect(try connection.count("artist_genres") == 1)
    }

    private let next = testDate.adding(days: 1)

    /// Returns a record whose venue's and artist's pages have a text, and were read in a given hour of May 30.
    private func page(_ text: String, on date: CalendarDate, read hour: Int, venue: String = "Blue Nile") -> EventRecord
    {
      makeRecord(
        href: "/events/\(date)", artistHref: "/artists/k", artistDescription: text, venue: venue,
        venueHref: "/organizations/blue-nile", phone: text, date: "\(date)", time: nil,
        pagesRead: "2024-05-30T\(hour + 10):00:00.000Z")
    }

    @Test(
      "overwrites facts from the same page, which newer code may read differently, even after a later listing of another date"
    )
    func samePage() throws {
      try load([page("old", on: next, read: 2)], at: 3, on: next)
      try load([page("old", on: testDate, read: 2)], at: 1)
      let better = makeDocument(
        [page("new", on: testDate, read: 2)], key: "raw/replay.json", listed: "2024-05-30T11:00:00.123456Z")
      let dryRun = try sink.dryRun(better, deadline: within())
      let phone = DryRun.Difference.Field(name: "venue_data.phone_number", before: #""old""#, after: #""new""#)
      #expect(dryRun.differences.first?.fields.contains(phone) == true)
      #expect(try sink.load(better, deadline: within()).venues == RecordCounts(found: 1, changed: 1))
      #expect(try shared() == ["Blue Nile|new", "Kermit Ruffins|new|/artists/k"])
    }

    @Test("changes nothing from an older page, even if its listing is newer")
    func olderPage() throws {
      try load([page("new", on: testDate, read: 3)], at: 1)
      let late = try load([page("old", on: next, read: 2)], at: 2, on: next)
      #expect(late.venues == RecordCounts(found: 1, unchanged: 1))
      #expect(late.artists == RecordCounts(found: 1, unchanged: 1))
      #expect(try shared() == ["Blue Nile|new", "Kermit Ruffins|new|/artists/k"])
    }

    @Test("does not restore a venue's name that a later listing has changed, even if that one could not read its page")
    func renamed() throws {
      try load([page("old", on: testDate, read: 1, venue: "Blue Nile (outdoors)")], at: 1)
      let renamed = makeRecord(
        venue: "The Nile", venueHref: "/organizations/blue-nile", failedPages: ["/organizations/blue-nile"])
      try load([renamed], at: 4)
      try load([page("newer", on: next, read: 3, venue: "Blue Nile (outdoors)")], at: 2, on: next)
      #expect(try connection.lines("name, phone_number, is_indoors", from: "venues") == ["The Nile|newer|t"])
      // The page's time is independent of the listing's.
      try load([page("old", on: next, read: 2, venue: "A Nile")], at: 5, on: next)
      #expect(try connection.lines("name, phone_number", from: "venues") == ["A Nile|newer"])
    }

    @Test("of the legacy system does not overwrite facts of a newer one of another date")
    func legacy() throws {
      func record(_ date: CalendarDate, _ text: String) -> EventRecord {
        var record = page(text, on: date, read: 1)
        record.origin = nil
        return record
      }
      try load([record(next, "new")], at: 3, on: next)
      try load([record(testDate, "old")], at: 1)
      #expect(try shared() == ["Blue Nile|new", "Kermit Ruffins|new|/artists/k"])
      // Made-up values for a page that was not read are not facts.
      var stub = makeRecord(href: "/events/9", failedPages: nil)
      stub.venue.fullAddress = ""
      try load([stub], at: 5)
      try load([record(next, "newer")], at: 4, on: next)
      #expect(try shared() == ["Blue Nile|newer", "Kermit Ruffins|newer|/artists/k"])
    }

    @Test("leaves the same address of an artist without a page in any order")
    func links() throws {
      for (key, hrefs) in [("1", ["b", "a"]), ("2", ["a", "b"])] {
        for (date, href) in zip([testDate, next], hrefs) {
          var record = makeRecord(href: "/events/\(date)", artist: "Artist \(key)", date: "\(date)", time: nil)
          record.event.relatedArtists = [.init(name: "Linked \(key)", href: "/artists/\(href)")]
          try load([record], at: Int(key), on: date)
        }
      }
      #expect(
        try connection.lines("name, wwoz_artist_href", from: "artists where name like 'Linked%' order by 1") == [
          "Linked 1|/artists/a", "Linked 2|/artists/a",
        ])
    }

    @Test("of another date still has the facts of a venue whose page the newer listing could not read")
    func unreadPage() throws {
      let next = testDate.adding(days: 1)
      let unread = makeRecord(
        href: "/events/2", address: "", date: "\(next)", time: nil, failedPages: ["/organizations/blue-nile"])
      try load([unread], at: 3, on: next)
      try load([makeRecord(phone: "111")], at: 1)
      #expect(try connection.lines("phone_number", from: "venues") == ["111"])
    }

    @Test("moves an event to its new day, even if a later listing of its old day has cancelled it")
    func cancelledWhereItWas() throws {
      try load([one, other], at: 1)
      try load([other], at: 3)
      let next = testDate.adding(days: 1)
      var moved = one
      moved.event.date = "\(next)"
      moved.performanceTime = nil
      #expect(try load([moved], at: 2, on: next).events == RecordCounts(found: 1, changed: 1))
      #expect(
        try statuses() == [
          "/events/1|2024-06-01|scheduled|Kermit Ruffins", "/events/2|2024-05-31|scheduled|Irma",
        ])
    }
  }
}
