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
  @Suite("Loading a document")
  final class LoadingTests: SinkSuite {
    @discardableResult
    private func load(_ records: EventRecord..., key: String = "raw/1.json") throws -> LoadReport {
      try sink.load(makeDocument(records, key: key), deadline: within())
    }

    private let rich = makeRecord(
      artistHref: "/artists/kermit", artistDescription: "Trumpet", artistGenres: ["Jazz"], artistRelated: ["Rebirth"],
      phone: "504-555-0100", description: "Late show", related: ["Irma"], genres: ["Jazz", "Funk"])

    @Test("stores events, venues, artists, genres and their relations (F48)")
    func firstLoad() throws {
      let report = try load(
        rich, makeRecord(href: "/events/2", artist: "Irma", venue: "Maple Leaf (OUTDOORS)", address: "", time: nil))
      #expect(report.events == RecordCounts(found: 2, new: 2))
      #expect(report.venues == RecordCounts(found: 2, new: 2))
      #expect(report.artists == RecordCounts(found: 3, new: 3))
      #expect(report.genres == RecordCounts(found: 2, new: 2))
      #expect(report.rejections.isEmpty)
      #expect(
        try connection.lines(
          """
          e.wwoz_event_href, e.event_date, to_char(performance_time at time zone 'UTC', 'HH24:MI'), artist_name, a.name,
            v.name, e.description, status, e.is_indoors, e.is_streaming, load_id = l.id, length(content_hash)
          """,
          from: "events e join artists a on a.id = e.artist_id join venues v on v.id = venue_id, loads l order by 1")
          == [
            "/events/1|2024-05-31|01:00|Kermit Ruffins|Kermit Ruffins|Blue Nile|Late show|scheduled|t|f|t|32",
            "/events/2|2024-05-31|Irma|Irma|Maple Leaf (OUTDOORS)|scheduled|f|f|t|32",
          ])
      #expect(
        try connection.lines(
          "source, name, wwoz_venue_href, thoroughfare, phone_number, full_address, is_active, is_indoors",
          from: "venues order by name") == [
            "wwoz|Blue Nile|/organizations/blue-nile|532 Frenchmen St|504-555-0100|"
              + "532 Frenchmen St, New Orleans, LA 70116|t|t",
            "wwoz|Maple Leaf (OUTDOORS)|/organizations/maple-leaf-(outdoors)|, New Orleans, LA 70116|t|f",
          ])
      #expect(
        try connection.lines("name, wwoz_artist_href, description", from: "artists order by name") == [
          "Irma|/artists/irma", "Kermit Ruffins|/artists/kermit|Trumpet", "Rebirth",
        ])
      #expect(try connection.joins("event_genres") == ["/events/1 Funk", "/events/1 Jazz"])
      #expect(try connection.joins("venue_genres") == ["Blue Nile Funk", "Blue Nile Jazz"])
      #expect(try connection.joins("venue_artists") == ["Blue Nile Kermit Ruffins", "Maple Leaf (OUTDOORS) Irma"])
      #expect(try connection.joins("artist_genres") == ["Kermit Ruffins Jazz"])
      #expect(
        try connection.joins("artist_relations") == [
          "Kermit Ruffins Irma from event", "Kermit Ruffins Rebirth from artist",
        ])
    }

    @Test("writes no row for the same document, and only the load for the same content under another key")
    func unchanged() throws {
      try load(rich)
      let before = try connection.rowVersions()
      let again = try load(rich)
      #expect(again.events == RecordCounts(found: 1, unchanged: 1))
      #expect(again.venues == RecordCounts(found: 1, unchanged: 1))
      #expect(again.artists == RecordCounts(found: 3, unchanged: 3))
      #expect(again.genres == RecordCounts(found: 2, unchanged: 2))
      #expect(try connection.rowVersions() == before)

      var later = rich
      later.scrapeTime = "2024-05-31T03:00:00-05:00"
      try load(later, key: "raw/2.json")
      #expect(try connection.rowVersions(except: ["loads"]) == before.filter { $0.key != "loads" })
      #expect(
        try connection.lines("raw_key, event_date, run", from: "loads order by id") == [
          "raw/1.json|2024-05-31", "raw/2.json|2024-05-31",
        ])
    }

    @Test("takes three round trips, and two if there is nothing to write")
    func roundTrips() throws {
      try sink.database.migrate(deadline: within())
      let trips = { (work: () throws -> Void) throws -> Int in
        let before = self.sink.database.roundTrips
        try work()
        return self.sink.database.roundTrips - before
      }
      #expect(try trips { try load(rich) } == 3)
      #expect(try trips { try load(rich, key: "raw/2.json") } == 3)
      #expect(try trips { try load(rich) } == 2)
    }

    @Test("updates an event's changed description, time, artist and genres in place")
    func changes() throws {
      try load(rich)
      let id = try connection.lines("id", from: "events")
      var record = rich
      record.event.description = "Early show"
      record.performanceTime = "2024-05-31T18:30:00-05:00"
      record.artist = .init(name: "Kermit Ruffins & The BBQ Swingers")
      record.event.eventArtist = "Kermit Ruffins & The BBQ Swingers"
      record.event.artistHref = ""
      record.event.genres = ["Funk", "Soul"]
      let report = try load(record, key: "raw/2.json")
      #expect(report.events == RecordCounts(found: 1, changed: 1))
      #expect(report.artists == RecordCounts(found: 2, new: 1, unchanged: 1))
      #expect(report.genres == RecordCounts(found: 2, new: 1, unchanged: 1))
      #expect(
        try connection.lines(
          """
          e.id, e.description, to_char(performance_time at time zone 'UTC', 'HH24:MI'), artist_name, a.name,
            load_id = (select id from loads where raw_key = 'raw/2.json')
          """, from: "events e join artists a on a.id = artist_id") == [
            "\(id[0])|Early show|23:30|Kermit Ruffins & The BBQ Swingers|Kermit Ruffins & The BBQ Swingers|t"
          ])
      #expect(try connection.joins("event_genres") == ["/events/1 Funk", "/events/1 Soul"])
      #expect(
        try connection.joins("venue_genres") == ["Blue Nile Funk", "Blue Nile Jazz", "Blue Nile Soul"],
        "a venue's genres accumulate")
    }

    @Test("updates a venue's name, and removes what its page no longer has")
    func changedVenue() throws {
      try load(rich)
      var record = rich
      record.venue.name = "Blue Nile, The"
      record.venue.phoneNumber = ""
      record.venue.isActive = nil
      let report = try load(record, key: "raw/2.json")
      #expect(report.venues == RecordCounts(found: 1, changed: 1))
      #expect(report.events == RecordCounts(found: 1, changed: 1))
      #expect(
        try connection.lines("name, phone_number is null, is_active is null", from: "venues") == ["Blue Nile, The|t|t"])
    }

    @Test("replaces an artist's genres and relations by those of its page, but keeps the relations from events")
    func changedArtist() throws {
      try load(rich)
      var record = rich
      record.artist.genres = ["Brass Band"]
      record.artist.relatedArtists = ["Trombone Shorty"]
      record.artist.description = ""
      record.event.relatedArtists = []
      let report = try load(record, key: "raw/2.json")
      #expect(report.artists == RecordCounts(found: 2, new: 1, changed: 1))
      #expect(try connection.joins("artist_genres") == ["Kermit Ruffins Brass Band"])
      #expect(
        try connection.joins("artist_relations") == [
          "Kermit Ruffins Irma from event", "Kermit Ruffins Trombone Shorty from artist",
        ])
      #expect(try connection.lines("description is null", from: "artists where name = 'Kermit Ruffins'") == ["t"])
    }

    @Test("does not let two events of an artist with different relations undo each other")
    func stableRelations() throws {
      let one = makeRecord(artistHref: "/artists/kermit", artistRelated: ["Rebirth"], related: ["Irma"])
      let other = makeRecord(
        href: "/events/2", artistHref: "/artists/kermit", artistRelated: ["Rebirth"], related: ["Rebirth"])
      for _ in 0..<2 {
        try load(one, other)
      }
      try sink.load(makeDocument([one], key: "raw/2.json", isWholeListing: false), deadline: within())
      let before = try connection.rowVersions(except: ["loads"])
      try sink.load(makeDocument([other], key: "raw/3.json", isWholeListing: false), deadline: within())
      #expect(try connection.rowVersions(except: ["loads"]) == before)
      #expect(
        try connection.joins("artist_relations") == [
          "Kermit Ruffins Irma from event", "Kermit Ruffins Rebirth from event from artist",
        ])
    }

    @Test("changes an artist's address only if the page at the new one was read, not for a link")
    func stableAddress() throws {
      let load = { (record: EventRecord, hour: Int) in
        try self.sink.load(
          makeDocument([record], key: "raw/\(hour).json", isWholeListing: false, listed: "2024-05-30T0\(hour):00:00Z"),
          deadline: within())
      }
      _ = try load(makeRecord(artist: "Irma", artistHref: "/artists/irma-thomas"), 1)
      let linking = makeRecord(href: "/events/2", related: ["Irma"])
      #expect(linking.event.relatedArtists.map(\.href) == ["/artists/irma"])
      let report = try load(linking, 2)
      #expect(report.artists == RecordCounts(found: 2, new: 1, unchanged: 1))
      let href = { try self.connection.lines("wwoz_artist_href", from: "artists where name = 'Irma'") }
      #expect(try href() == ["/artists/irma-thomas"])
      _ = try load(makeRecord(artist: "Irma", artistHref: "/artists/irma"), 3)
      #expect(try href() == ["/artists/irma"])
    }

    @Test("keeps stored values if a page could not be read")
    func failedPages() throws {
      try load(rich)
      let before = try connection.rowVersions(except: ["loads"])
      let blank = makeRecord(
        address: "", isActive: nil, failedPages: ["/events/1", "/organizations/blue-nile", "/artists/kermit"])
      var record = blank
      record.venue = .init(name: "Blue Nile", href: "/organizations/blue-nile")
      let report = try load(record, key: "raw/2.json")
      #expect(report.events == RecordCounts(found: 1, unchanged: 1))
      #expect(report.venues == RecordCounts(found: 1, unchanged: 1))
      #expect(report.artists == RecordCounts(found: 1, unchanged: 1))
      #expect(try connection.rowVersions(except: ["loads"]) == before)

      // The event's page was read and is empty; the artist's page was not read.
      var halfBlank = rich
      halfBlank.artist = .init(name: "Kermit Ruffins", href: "/artists/kermit")
      halfBlank.event.description = ""
      halfBlank.event.genres = []
      halfBlank.origin?.failedPages = ["/artists/kermit"]
      try load(halfBlank, key: "raw/3.json")
      #expect(try connection.lines("description is null", from: "events") == ["t"])
      #expect(try connection.joins("event_genres") == ["/events/1 Funk", "/events/1 Jazz"])
      #expect(try connection.joins("artist_genres") == ["Kermit Ruffins Jazz"])
    }

    @Test("treats what a legacy document leaves out, or makes up, as unknown")
    func legacyDocument() throws {
      try load(rich)
      let before = try connection.rowVersions(except: ["loads"])
      var record = rich
      record.origin = nil
      record.artist = .init(name: "Kermit Ruffins", description: "lorum ipsum")
      record.venue = .init(name: "Blue Nile", locality: "New Orleans", isActive: true, href: "/organizations/blue-nile")
      record.event.genres = []
      record.event.relatedArtists = []
      try load(record, key: "raw/2.json")
      #expect(try connection.rowVersions(except: ["loads"]) == before)
    }

    @Test("cancels an event that disappears from the listing, and restores it when it reappears")
    func cancelled() throws {
      let other = makeRecord(href: "/events/2", artist: "Irma")
      try load(rich, other)
      let gone = try load(rich, key: "raw/2.json")
      #expect(gone.cancelled == 1)
      #expect(gone.events == RecordCounts(found: 1, unchanged: 1))
      let statuses = { try self.connection.lines("wwoz_event_href, status", from: "events order by 1") }
      #expect(try statuses() == ["/events/1|scheduled", "/events/2|cancelled"])
      #expect(try load(rich, key: "raw/3.json").cancelled == 0)

      let back = try load(rich, other, key: "raw/4.json")
      #expect(back.events == RecordCounts(found: 2, changed: 1, unchanged: 1))
      #expect(try statuses() == ["/events/1|scheduled", "/events/2|scheduled"])

      let none = try sink.load(makeDocument([], key: "raw/5.json"), deadline: within())
      #expect(none.cancelled == 2)
    }

    @Test("cancels no event that may still be listed: one of a rejected record, or of a partial listing")
    func notCancelled() throws {
      let other = makeRecord(href: "/events/2", artist: "Irma")
      try load(rich, other)
      let rejected = try load(rich, makeRecord(href: "/events/2", artist: ""), key: "raw/2.json")
      #expect(rejected.events == RecordCounts(found: 2, unchanged: 1, rejected: 1))
      #expect(rejected.artists == RecordCounts(found: 4, unchanged: 3, rejected: 1))
      #expect(rejected.cancelled == 0)
      #expect(try load(rich, makeRecord(href: ""), key: "raw/3.json").cancelled == 0)
      let part = makeDocument([rich], key: "raw/4.json", isWholeListing: false)
      #expect(try sink.load(part, deadline: within()).cancelled == 0)
    }

    @Test("moves an event to the day on which it is now listed")
    func movedDay() throws {
      try load(rich)
      let next = testDate.adding(days: 1)
      var moved = rich
      moved.event.date = "\(next)"
      moved.performanceTime = nil
      let report = try sink.load(makeDocument([moved], date: next, key: "raw/2.json"), deadline: within())
      #expect(report.events == RecordCounts(found: 1, changed: 1))
      #expect(try sink.load(makeDocument([], key: "raw/3.json"), deadline: within()).cancelled == 0)
      #expect(try connection.lines("event_date, status", from: "events") == ["2024-06-01|scheduled"])
    }

    @Test("quarantines rejected records until another document of the date resolves them")
    func rejections() throws {
      let bad = makeRecord(href: "/events/2", venue: "", venueHref: "/organizations/x")
      let report = try load(rich, bad)
      #expect(report.rejections == [.init(position: 1, reason: "no venue name", key: "/events/2")])
      #expect(report.events == RecordCounts(found: 2, new: 1, rejected: 1))
      #expect(report.venues == RecordCounts(found: 2, new: 1, rejected: 1))
      let stored = {
        try self.connection.lines("raw_key, position, reason, record", from: "rejected_records order by id")
      }
      #expect(try stored() == [#"raw/1.json|1|no venue name|{"position": 1}"#])
      let before = try connection.rowVersions()
      try load(rich, bad)
      #expect(try connection.rowVersions() == before)
      try load(rich, key: "raw/2.json")
      #expect(try stored().count == 1)
      #expect(try connection.lines("resolution", from: "rejected_records") == ["not listed"])
    }

    @Test(
      "quarantines the scraper's rejected rows, which protect their own event from cancellation, or all events if they have no address"
    )
    func rejectedRows() throws {
      let others = (2...4).map { makeRecord(href: "/events/\($0)", artist: "Artist \($0)") }
      try sink.load(makeDocument([rich] + others), deadline: within())
      var document = makeDocument([rich], key: "raw/2.json")
      document.entries.append(.rejectedRow(reason: "no artist is named", href: "/events/2"))
      let report = try sink.load(document, deadline: within())
      #expect(report.events == RecordCounts(found: 2, unchanged: 1, rejected: 1))
      #expect(report.cancelled == 2)
      #expect(
        report.rejections == [
          .init(position: 1, reason: "its row is not an event: no artist is named", key: "/events/2")
        ])
      #expect(
        try connection.lines("wwoz_event_href", from: "events where status = 'scheduled' order by 1") == [
          "/events/1", "/events/2",
        ])
      #expect(
        try connection.lines("position, reason, record", from: "rejected_records") == [
          #"1|its row is not an event: no artist is named|{"position": 1}"#
        ])
      var unknown = makeDocument([], key: "raw/3.json")
      unknown.entries = [.rejectedRow(reason: "it has no link", href: " ")]
      #expect(try sink.load(unknown, deadline: within()).cancelled == 0)
    }

    @Test("records its counts")
    func ledger() throws {
      try load(rich)
      #expect(
        try connection.lines("counts -> 'events' ->> 'new', counts -> 'artists' ->> 'found'", from: "loads") == ["1|3"])
      try load(key: "raw/2.json")
      #expect(
        try connection.lines("counts -> 'events' ->> 'cancelled'", from: "loads where raw_key = 'raw/2.json'") == ["1"])
    }

    @Test("keeps entities of two sources with the same address apart")
    func otherSource() throws {
      try load(rich)
      let report = try sink.load(makeDocument([rich], key: "raw/2.json", dataset: "other"), deadline: within())
      #expect(report.events == RecordCounts(found: 1, new: 1))
      #expect(report.venues == RecordCounts(found: 1, new: 1))
      #expect(report.artists == RecordCounts(found: 3, unchanged: 3))
      #expect(try connection.lines("source", from: "events order by id") == ["wwoz", "other"])
    }

    @Test("identifies venues without a page by name")
    func venuesWithoutPage() throws {
      let one = makeRecord(venueHref: "")
      let two = makeRecord(href: "/events/2", venue: "Vaughan's", venueHref: "")
      #expect(try load(one, two).venues == RecordCounts(found: 2, new: 2))
      #expect(try load(one, two, key: "raw/2.json").venues == RecordCounts(found: 2, unchanged: 2))
      #expect(
        try connection.lines("v.name", from: "events e join venues v on v.id = e.venue_id order by e.wwoz_event_href")
          == [
            "Blue Nile", "Vaughan's",
          ])
    }

    @Test("merges a venue that is listed with and without its link, in either order")
    func venueWithAndWithoutLink() throws {
      let linked = makeRecord()
      let bare = makeRecord(href: "/events/2", venueHref: "", phone: "504-555-0100")
      let venues = {
        try self.connection.lines(
          "v.name, v.wwoz_venue_href, count(*)",
          from: "events e join venues v on v.id = e.venue_id group by v.id order by v.id")
      }
      #expect(try load(bare, linked).venues == RecordCounts(found: 1, new: 1))
      #expect(try venues() == ["Blue Nile|/organizations/blue-nile|2"])
      #expect(try load(bare, key: "raw/2.json").venues == RecordCounts(found: 1, changed: 1), "its telephone number")
      #expect(try load(bare, key: "raw/3.json").venues == RecordCounts(found: 1, unchanged: 1))
      #expect(try venues() == ["Blue Nile|/organizations/blue-nile|2"])

      let vaughans = makeRecord(href: "/events/3", venue: "Vaughan's", venueHref: "")
      #expect(try load(vaughans, key: "raw/4.json").venues == RecordCounts(found: 1, new: 1))
      var found = vaughans
      found.venue.href = "/organizations/v"
      let later = makeRecord(href: "/events/4", venue: "Vaughan's", venueHref: "/organizations/v2")
      #expect(try load(found, key: "raw/5.json").venues == RecordCounts(found: 1, changed: 1))
      #expect(try connection.count("venues") == 2)

      // Two venues of one name: a listing without a link is ambiguous.
      #expect(try load(found, later, vaughans, key: "raw/6.json").venues.new == 1)
      let unclear = makeRecord(href: "/events/5", venue: "Vaughan's", venueHref: "")
      #expect(try load(unclear, key: "raw/7.json").venues == RecordCounts(found: 1, new: 1))
      #expect(
        try connection.lines("wwoz_venue_href is null", from: "venues where name = 'Vaughan''s' order by id") == [
          "f", "f", "t",
        ])
      #expect(try load(found, later, unclear, key: "raw/8.json").venues == RecordCounts(found: 3, unchanged: 3))
    }

    @Test("keeps a venue whose former name is listed beside its address")
    func renamedVenue() throws {
      try load(makeRecord())
      let renamed = makeRecord(venue: "The Nile", venueHref: "/organizations/blue-nile")
      let report = try load(renamed, makeRecord(href: "/events/2", venueHref: ""), key: "raw/2.json")
      #expect(report.venues == RecordCounts(found: 2, changed: 1, unchanged: 1))
      #expect(try connection.lines("name, wwoz_venue_href", from: "venues") == ["The Nile|/organizations/blue-nile"])
    }

    @Test("keeps two encodings of one letter apart, as the database does")
    func spellings() throws {
      let composed = makeRecord(artist: "Caf\u{e9}", genres: ["Caf\u{e9}"])
      let decomposed = makeRecord(href: "/events/2", artist: "Cafe\u{301}", genres: ["Cafe\u{301}"])
      #expect(try load(composed, decomposed).artists == RecordCounts(found: 2, new: 2))
      #expect(try load(composed, decomposed).artists == RecordCounts(found: 2, unchanged: 2))
      #expect(try connection.lines("artist_id is null", from: "events") == ["f", "f"])
    }
  }
}

extension PostgresConnection {
  /// Returns the pairs of a join table, by name.
  fileprivate func joins(_ table: String) throws -> [String] {
    let (columns, tables) =
      switch table {
      case "event_genres":
        ("e.wwoz_event_href, g.name", "join events e on e.id = event_id join genres g on g.id = genre_id")
      case "venue_genres": ("v.name, g.name", "join venues v on v.id = venue_id join genres g on g.id = genre_id")
      case "venue_artists": ("v.name, a.name", "join venues v on v.id = venue_id join artists a on a.id = artist_id")
      case "artist_genres": ("a.name, g.name", "join artists a on a.id = artist_id join genres g on g.id = genre_id")
      default:
        (
          "a.name, r.name, case when from_event then 'from event' end, case when from_artist then 'from artist' end",
          "join artists a on a.id = artist_id join artists r on r.id = related_artist_id"
        )
      }
    return try lines("concat_ws(' ', \(columns))", from: "\(table) \(tables)").sorted()
  }
}
