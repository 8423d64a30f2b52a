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
  @Suite("Dates that share venues and artists")
  final class AnyOrderTests: SinkSuite {
    @Test("leave the same rows in any order of loading, if each date's documents are loaded in their own order")
    func anyOrder() throws {
      var random = SplitMix(seed: 2024)
      for round in 0..<4 {
        let runs = Runs(&random)
        let dates = runs.documents.map { date in Array(repeating: date.key, count: date.value.count) }.joined()
        var expected: [String]?
        for _ in 0..<5 {
          var rest = runs.documents
          for date in dates.shuffled(using: &random) {
            guard let document = rest[date]?.removeFirst() else { continue }
            try sink.load(document, deadline: within())
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

    /// Every column but ids and the times at which rows were written or read.
    private static let state = """
      select 'venue', to_jsonb(v) - '{id,last_updated,listed_at,page_read_at,changed_at}'::text[] from venues v
      union all select 'artist', to_jsonb(a) - '{id,page_read_at,changed_at}'::text[] from artists a
      union all select 'genre', to_jsonb(name) from genres
      union all select 'event', to_jsonb(e)
          - '{id,venue_id,artist_id,last_updated,first_seen,last_written,scrape_time,load_id}'::text[]
          || jsonb_build_object('venue', v.wwoz_venue_href, 'artist', a.name)
        from events e join venues v on v.id = e.venue_id join artists a on a.id = e.artist_id
      union all select 'artist of venue', jsonb_build_array(v.wwoz_venue_href, a.name)
        from venue_artists j join venues v on v.id = j.venue_id join artists a on a.id = j.artist_id
      union all select 'genre of venue', jsonb_build_array(v.wwoz_venue_href, g.name)
        from venue_genres j join venues v on v.id = j.venue_id join genres g on g.id = j.genre_id
      union all select 'genre of artist', jsonb_build_array(a.name, g.name)
        from artist_genres j join artists a on a.id = j.artist_id join genres g on g.id = j.genre_id
      union all select 'genre of event', jsonb_build_array(e.wwoz_event_href, g.name)
        from event_genres j join events e on e.id = j.event_id join genres g on g.id = j.genre_id
      union all select 'artist of artist', jsonb_build_array(a.name, b.name, r.from_event, r.from_artist)
        from artist_relations r join artists a on a.id = r.artist_id join artists b on b.id = r.related_artist_id
      union all select 'artist of event', jsonb_build_array(e.wwoz_event_href, a.name, j.inherited)
        from event_related_artists j join events e on e.id = j.event_id join artists a on a.id = j.related_artist_id
      """
  }
}

/// Three runs over four dates: listings and pages that change at random, never back to a former state, and pages that
/// fail. A run reads a page once, before or after the listings of the dates that need it, or so late that the next run
/// has read it earlier.
private struct Runs {
  private(set) var documents: [CalendarDate: [LoadDocument]] = [:]

  init(_ random: inout SplitMix) {
    /// Returns the number of changes until a time, which is the version at that time.
    func changeCount(_ changes: [Int], _ time: Int) -> Int { changes.filter { $0 <= time }.count }
    func changes() -> [Int] { (0..<3).map { _ in Int.random(in: 0..<3000, using: &random) } }
    let names = (0..<3).map { _ in changes() }
    let venues = (0..<3).map { _ in changes() }
    let artists = (0..<4).map { _ in changes() }
    for run in 0..<3 {
      func time(within spread: Int) -> Int { run * 1000 + Int.random(in: 0..<spread, using: &random) }
      let venuesRead = venues.map { _ in time(within: 3000) }
      let artistsRead = artists.map { _ in time(within: 3000) }
      for day in 0..<4 {
        let date = ConcertsSinkTests.testDate.adding(days: day)
        let listed = time(within: 1000)
        var records: [EventRecord] = []
        for event in 0..<5 where Int.random(in: 0..<6, using: &random) > 0 {
          let (venue, artist) = ((day + event) % 3, (day * event) % 4)
          func failed(_ href: String) -> [String] { Int.random(in: 0..<4, using: &random) == 0 ? [href] : [] }
          let (venueVersion, version) = (
            changeCount(venues[venue], venuesRead[venue]), changeCount(artists[artist], artistsRead[artist])
          )
          let (venueHref, artistHref) = ("/organizations/\(venue)", "/artists/\(artist)-\(version)")
          var record = ConcertsSinkTests.makeRecord(
            href: "/events/\(day)-\(event)", artist: "Artist \(artist)", artistHref: artistHref,
            artistDescription: version % 2 == 0 ? "Artist \(version)" : "",
            artistGenres: ["Jazz", "Genre \(version % 3)"],
            artistRelated: ["Artist \(version % 4)", "Guest \(version)"], artistWebsite: "https://\(version).example",
            venue: "Venue \(changeCount(names[venue], listed)) (\(venue))", venueHref: venueHref,
            address: "\(venueVersion) St", phone: venueVersion % 2 == 0 ? "\(venueVersion)" : "", date: "\(date)",
            time: nil,
            description: "Run \(run)", failedPages: failed(venueHref) + failed(artistHref))
          record.event.relatedArtists = [
            .init(name: "Guest \(event)", href: "/artists/guest-\(event)-\(Int.random(in: 0..<2, using: &random))")
          ]
          let failedPages = record.origin?.failedPages ?? []
          if failedPages.contains(artistHref) { record.artist = .init(name: record.artist.name, href: artistHref) }
          if failedPages.contains(venueHref) { record.venue = .init(name: record.venue.name, href: venueHref) }
          record.origin?.pageTimes = .init(venue: Self.text(venuesRead[venue]), artist: Self.text(artistsRead[artist]))
          records.append(record)
        }
        documents[date, default: []].append(
          ConcertsSinkTests.makeDocument(records, date: date, key: "raw/\(day)-\(run).json", listed: Self.text(listed)))
      }
    }
  }

  private static func text(_ seconds: Int) -> String {
    RFC3339.utc(Date(timeIntervalSince1970: 1_717_000_000 + Double(seconds)))
  }
}
