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
  @Suite("Dates that share venues and acts")
  struct AnyOrderTests {
    @Test("leave the same rows in whatever order they are loaded, each date's own documents one after another")
    func anyOrder() throws {
      let database = try TestDatabase()
      let (database, connection) = (try makeWarehouse(database), try database.connect())
      var random = SplitMix(seed: 2024)
      for round in 0..<4 {
        let nights = Nights(&random)
        let dates = nights.documents.map { night in Array(repeating: night.key, count: night.value.count) }.joined()
        var expected: [String]?
        for _ in 0..<5 {
          var rest = nights.documents
          for date in dates.shuffled(using: &random) {
            guard let document = rest[date]?.removeFirst() else { continue }
            try database.load(document, deadline: within())
          }
          let rows = try connection.lines("kind, line", from: "(\(Self.state)) x (kind, line) order by 1")
          #expect(Set(rows).symmetricDifference(expected ?? rows).sorted() == [], "round \(round)")
          #expect(rows.count > 50)
          expected = rows
          try connection.execute(
            script: "truncate venues, artists, genres, events, loads, rejected_records cascade", deadline: within())
        }
      }
    }

    /// All but the numbers of rows and when they were written or read.
    private static let state = """
      select 'venue', to_jsonb(v) - '{id,last_updated,listed_at,page_read_at}'::text[] from venues v
      union all select 'act', to_jsonb(a) - '{id,page_read_at}'::text[] from artists a
      union all select 'genre', to_jsonb(name) from genres
      union all select 'event', to_jsonb(e)
          - '{id,venue_id,artist_id,last_updated,first_seen,last_seen,scrape_time,load_id}'::text[]
          || jsonb_build_object('venue', v.wwoz_venue_href, 'act', a.name)
        from events e join venues v on v.id = e.venue_id join artists a on a.id = e.artist_id
      union all select 'act of venue', jsonb_build_array(v.wwoz_venue_href, a.name)
        from venue_artists j join venues v on v.id = j.venue_id join artists a on a.id = j.artist_id
      union all select 'genre of venue', jsonb_build_array(v.wwoz_venue_href, g.name)
        from venue_genres j join venues v on v.id = j.venue_id join genres g on g.id = j.genre_id
      union all select 'genre of act', jsonb_build_array(a.name, g.name)
        from artist_genres j join artists a on a.id = j.artist_id join genres g on g.id = j.genre_id
      union all select 'genre of event', jsonb_build_array(e.wwoz_event_href, g.name)
        from event_genres j join events e on e.id = j.event_id join genres g on g.id = j.genre_id
      union all select 'act of act', jsonb_build_array(a.name, b.name, r.from_event)
        from artist_relations r join artists a on a.id = r.artist_id join artists b on b.id = r.related_artist_id
      """
  }
}

/// Three nights over four dates: listings and pages that change now and then, never to what they were, and pages that
/// fail. A night reads a page once, before or after the listings of the dates that need it, or so late that the next
/// night has read it earlier.
private struct Nights {
  private(set) var documents: [CalendarDate: [LoadDocument]] = [:]

  init(_ random: inout SplitMix) {
    /// What is told at a time: the number of changes until then.
    func version(_ changes: [Int], _ time: Int) -> Int { changes.filter { $0 <= time }.count }
    func changes() -> [Int] { (0..<3).map { _ in Int.random(in: 0..<3000, using: &random) } }
    let names = (0..<3).map { _ in changes() }
    let venues = (0..<3).map { _ in changes() }
    let acts = (0..<4).map { _ in changes() }
    for night in 0..<3 {
      func time(within spread: Int) -> Int { night * 1000 + Int.random(in: 0..<spread, using: &random) }
      let venuesRead = venues.map { _ in time(within: 3000) }
      let actsRead = acts.map { _ in time(within: 3000) }
      for day in 0..<4 {
        let date = WarehouseTests.testDate.adding(days: day)
        let listed = time(within: 1000)
        var records: [EventRecord] = []
        for show in 0..<5 where Int.random(in: 0..<6, using: &random) > 0 {
          let (venue, act) = ((day + show) % 3, (day * show) % 4)
          func failed(_ href: String) -> [String] { Int.random(in: 0..<4, using: &random) == 0 ? [href] : [] }
          let (told, read) = (version(venues[venue], venuesRead[venue]), version(acts[act], actsRead[act]))
          let (venueHref, actHref) = ("/organizations/\(venue)", "/artists/\(act)-\(read)")
          var record = WarehouseTests.makeRecord(
            href: "/events/\(day)-\(show)", act: "Act \(act)", actHref: actHref,
            actDescription: read % 2 == 0 ? "Act \(read)" : "", actGenres: ["Jazz", "Genre \(read % 3)"],
            actRelated: ["Act \(read % 4)", "Guest \(read)"], actWebsite: "https://\(read).example",
            venue: "Venue \(version(names[venue], listed)) (\(venue))", venueHref: venueHref,
            address: "\(told) St", phone: told % 2 == 0 ? "\(told)" : "", date: "\(date)", time: nil,
            description: "Night \(night)", failedPages: failed(venueHref) + failed(actHref))
          record.event.relatedArtists = [
            .init(name: "Guest \(show)", href: "/artists/guest-\(show)-\(Int.random(in: 0..<2, using: &random))")
          ]
          let failedPages = record.origin?.failedPages ?? []
          if failedPages.contains(actHref) { record.artist = .init(name: record.artist.name, href: actHref) }
          if failedPages.contains(venueHref) { record.venue = .init(name: record.venue.name, href: venueHref) }
          record.origin?.pageTimes = .init(venue: Self.text(venuesRead[venue]), artist: Self.text(actsRead[act]))
          records.append(record)
        }
        documents[date, default: []].append(
          WarehouseTests.makeDocument(records, date: date, key: "raw/\(day)-\(night).json", listed: Self.text(listed)))
      }
    }
  }

  private static func text(_ seconds: Int) -> String {
    RFC3339.utc(Date(timeIntervalSince1970: 1_717_000_000 + Double(seconds)))
  }
}
