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
  @Suite("Related artists")
  final class RelatedArtistTests: SinkSuite {
    override class var isMigrated: Bool { false }

    private let next = testDate.adding(days: 1)

    /// Makes an event of one artist, who plays on both days.
    private func event(
      _ date: CalendarDate, related: [String], byArtist: [String] = [], failedPages: [String]? = []
    ) -> EventRecord {
      makeRecord(
        href: "/events/\(date)", artistHref: "/artists/kermit", artistRelated: byArtist, date: "\(date)", time: nil,
        related: related, failedPages: failedPages)
    }

    @discardableResult
    private func load(_ record: EventRecord, key: String = UUID().uuidString) throws -> LoadReport {
      let date = try #require(CalendarDate(record.event.date))
      return try sink.load(makeDocument([record], date: date, key: key), deadline: within())
    }

    private func day(_ date: CalendarDate) throws -> EventRecord {
      try #require(sink.events(on: date, deadline: within()).first)
    }

    /// Returns the names that a day's event shows: of its own page, and of the artist.
    private func shown(_ date: CalendarDate) throws -> [[String]] {
      let record = try day(date)
      return [record.event.relatedArtists.map(\.name), record.artist.relatedArtists]
    }

    @Test("are those of the event's own page and of the artist's page, not those of the artist's other events")
    func byEvent() throws {
      try load(event(testDate, related: ["Irma"], byArtist: ["Rebirth"]))
      try load(event(next, related: ["Galactic", "Rebirth"], byArtist: ["Rebirth"]))
      #expect(try shown(testDate) == [["Irma"], ["Irma", "Rebirth"]])
      #expect(try shown(next) == [["Galactic", "Rebirth"], ["Galactic", "Rebirth"]])
      #expect(try connection.count("artist_relations") == 3, "system 000's readers see them all")
    }

    @Test("are replaced by the event's page when it is read again, and stay if it is not")
    func replaced() throws {
      try load(event(testDate, related: ["Irma", "Galactic"]))
      try load(event(testDate, related: [], failedPages: ["/events/\(testDate)"]))
      #expect(try shown(testDate)[0] == ["Galactic", "Irma"])
      let changed = try load(event(testDate, related: ["Rebirth"]))
      #expect(changed.events == RecordCounts(found: 1, changed: 1))
      #expect(try shown(testDate) == [["Rebirth"], ["Rebirth"]])
      try load(event(testDate, related: []))
      #expect(try shown(testDate) == [[], []])
      #expect(try connection.count("event_related_artists") == 0)
    }

    @Test("of a year of history change no other day, and no changed row is recorded")
    func history() throws {
      try load(event(testDate, related: ["Irma"], byArtist: ["Rebirth"]))
      let before = try day(testDate)
      let start = try #require(try connection.lines("extract(epoch from clock_timestamp())::text", from: "loads").first)
      for number in 1...366 {
        let old = testDate.adding(days: -number)
        try load(event(old, related: ["Guest \(number)"], byArtist: ["Rebirth"]), key: "raw/\(number).json")
      }
      #expect(try day(testDate) == before)
      let since = Date(timeIntervalSince1970: try #require(Double(start)))
      #expect(try sink.changedDates(since: since, in: dataset, deadline: within()) == [])
    }

    @Test("that the artist's page drops stay where an event's page has them")
    func dropped() throws {
      try load(event(testDate, related: ["Irma"], byArtist: ["Irma", "Rebirth"]))
      try load(event(next, related: [], byArtist: []))
      #expect(try shown(testDate) == [["Irma"], ["Irma"]])
      #expect(try shown(next) == [[], []])
    }

    @Test("shows what a load would change in them")
    func dryRun() throws {
      try load(event(testDate, related: ["Irma"]))
      let dry = try sink.dryRun(makeDocument([event(testDate, related: [])], key: "raw/d.json"), deadline: within())
      #expect(
        dry.differences.flatMap(\.fields).map(\.name) == ["artist_data.related_artists", "event_data.related_artists"])
      #expect(try shown(testDate)[0] == ["Irma"])
    }

    @Test("that most pages have lost are kept, and the load says so")
    func lost() throws {
      let records = (0..<4).map { makeRecord(href: "/events/\($0)", related: ["Irma"]) }
      try sink.load(makeDocument(records, key: "raw/1.json"), deadline: within())
      let bare = (0..<4).map { makeRecord(href: "/events/\($0)") }
      let report = try sink.load(makeDocument(bare, key: "raw/2.json"), deadline: within())
      #expect(report.notice?.contains("4 of 4 event pages of 2024-05-31 no longer have related_artists") == true)
      #expect(try connection.count("event_related_artists") == 4)
    }

    @Test("follow an event that is deleted, and an artist")
    func deleted() throws {
      try load(event(testDate, related: ["Irma", "Galactic"]))
      try connection.execute(script: "delete from artists where name = 'Irma'", deadline: within())
      #expect(try shown(testDate) == [["Galactic"], ["Galactic"]])
      try connection.execute(script: "delete from events", deadline: within())
      #expect(try connection.count("event_related_artists") == 0)
    }

    @Test("from before they were kept by event stay at each event until its own page is read")
    func inherited() throws {
      try connection.execute(script: Self.migrated, deadline: within())
      #expect(try shown(testDate) == [["Irma", "Rebirth"], ["Irma", "Page", "Rebirth"]])
      #expect(try shown(next) == [["Irma", "Rebirth"], ["Irma", "Page", "Rebirth"]])
      let report = try load(event(testDate, related: ["Rebirth"], failedPages: ["/artists/kermit"]))
      #expect(report.notice == nil)
      #expect(try shown(testDate) == [["Rebirth"], ["Page", "Rebirth"]])
      #expect(try shown(next) == [["Irma", "Rebirth"], ["Irma", "Page", "Rebirth"]])
      let rows = "event_related_artists j join events e on e.id = event_id order by event_date, related_artist_id"
      #expect(
        try connection.lines("e.event_date, inherited", from: rows) == [
          "2024-05-31|f", "2024-06-01|t", "2024-06-01|t",
        ])
    }

    /// A database before migration 6, and the migration.
    private static let migrated = """
      \(ConcertsSink.migrations.filter { $0.version < 6 }.map(\.script).joined(separator: ";\n"));
      insert into artists (id, name, wwoz_artist_href) values
        (1, 'Kermit Ruffins', '/artists/kermit'), (2, 'Irma', null), (3, 'Rebirth', null), (4, 'Page', null);
      insert into artist_relations (artist_id, related_artist_id, from_event) values
        (1, 2, true), (1, 3, true), (1, 4, false);
      insert into events (id, wwoz_event_href, artist_id, event_date) values
        (1, '/events/2024-05-31', 1, '2024-05-31'), (2, '/events/2024-06-01', 1, '2024-06-01');
      select setval('artists_id_seq', 10), setval('events_id_seq', 10);
      \(Migration.relatedArtists.script);
      create table schema_migrations (version integer primary key, name text not null, checksum text not null);
      insert into schema_migrations values
        \(ConcertsSink.migrations.map { "(\($0.version), '\($0.name)', '\($0.checksum)')" }.joined(separator: ", "));
      """
  }
}
