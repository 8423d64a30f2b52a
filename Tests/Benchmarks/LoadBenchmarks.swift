import Foundation
import LambdaRuntime
import LoaderFunction
import Pipeline
import TestSupport
import Time
import Warehouse

/// What it costs to load a date: its document decoded, the difference written and committed, on a connection that is there.
struct LoadBenchmarks {
  /// A Postgres server, from `PG_DATABASE_URL`. A database of its own is made there, and dropped in the end.
  let url: String

  func measurements() throws -> [Measurement] {
    let database = try TestDatabase(on: url)
    let warehouse = try Warehouse(url: database.url, zone: try Dataset.wwoz.timeZoneRules())
    var trips: [Double] = []
    let load = { (number: Int, document: Data, key: String) in
      let before = warehouse.roundTrips
      let handler = LoaderHandler(reading: { _, _ in document }, loading: { try warehouse.load($0, until: $1) })
      let request = try JSONDecoder().decode(
        LoaderRequest.self, from: Data(#"{"s3_key": "\#(key)", "date": "\#(Self.date(number))"}"#.utf8))
      _ = try handler.handle(
        request,
        LambdaContext(
          requestID: "bench", deadline: Deadline(after: .seconds(60), on: SystemTime()),
          log: Logger(environment: [:]) { _ in }))
      trips.append(Double(warehouse.roundTrips - before))
    }
    try load(0, try Self.document(0, events: 1), "warm")
    trips = []
    let dates = try (1...30).map { try Self.document($0, events: 118) }
    let first = try milliseconds(count: 29) { try load($0 + 2, dates[$0 + 1], "first-\($0)") }
    let firstTrips = trips
    trips = []
    let unchanged = try milliseconds(count: 29) { try load($0 + 2, dates[$0 + 1], "again-\($0)") }
    let unchangedTrips = trips
    let large = try (100..<105).map { try Self.document($0, events: 10_000) }
    let rates = try milliseconds(count: 4) { try load($0 + 101, large[$0 + 1], "large-\($0)") }.map { 10_000_000 / $0 }
    let again = try milliseconds(count: 4) { try load($0 + 101, large[$0 + 1], "large-again-\($0)") }.map {
      10_000_000 / $0
    }
    return [
      Measurement(name: "loading a date of 118 events first", unit: "ms", samples: first, target: .atMost(40)),
      Measurement(name: "loading it unchanged", unit: "ms", samples: unchanged, target: .atMost(15)),
      Measurement(name: "loading a document of 10,000 events", unit: "/s", samples: rates, target: .atLeast(20_000)),
      Measurement(name: "loading it unchanged", unit: "/s", samples: again),
      Measurement(name: "Postgres round trips for a date, first", unit: "", samples: firstTrips),
      Measurement(name: "Postgres round trips for a date, unchanged", unit: "", samples: unchangedTrips),
    ]
  }

  /// Each document has a date of its own, in summer time.
  private static func date(_ number: Int) -> CalendarDate {
    CalendarDate(daysSinceEpoch: 19_800 + number)
  }

  /// An extract document whose events, acts and venues are new to the database: as many of each as a real listing of its
  /// length has, and behind them as many pages, telling as much, as those of a real one.
  private static func document(_ number: Int, events count: Int) throws -> Data {
    let genres = ["Jazz", "Brass", "Funk", "Blues", "Zydeco"]
    let (venues, acts) = (max(1, min(count * 2 / 3, 150)), count < 1000 ? count : count / 4)
    let records = (0..<count).map { index in
      let (act, venue) = (index % acts, index * 7 % venues)
      let name = "Act \(number)-\(act)"
      let hasPage = act % 5 < 3
      let href = hasPage ? "/artists/\(number)-\(act)" : ""
      let mine = hasPage ? (0...act % 3).map { genres[(act + $0) % 5] } : []
      let related = (0..<act % 3).map { "Act \(number)-\((act + $0 + 1) % acts)" }
      let description =
        "Doors at seven & music until late. Café tables, no cover — tip the band. All ages, as ever on a Friday."
      return EventRecord(
        artist: .init(name: name, genres: mine, relatedArtists: hasPage ? related : [], href: href),
        venue: .init(
          name: "Venue \(number)-\(venue)", thoroughfare: "\(venue) Some St", phoneNumber: "504-555-0100",
          locality: "New Orleans", state: "LA", postalCode: "70116",
          fullAddress: "\(venue) Some St, New Orleans, LA 70116", isActive: true, website: "https://venue.example/",
          href: "/organizations/\(number)-\(venue)", eventArtist: name),
        event: .init(
          date: "\(date(number))", href: "/events/\(number * 100_000 + index)", eventArtist: name, artistHref: href,
          description: index % 3 == 0 ? "" : description,
          relatedArtists: related.prefix(index % 2).map { .init(name: $0, href: "/artists/\($0)") }, genres: mine),
        performanceTime: "\(date(number))T\(10 + index % 14):00:00-05:00", scrapeTime: "2024-05-31T03:00:00-05:00",
        origin: .init(dataset: "wwoz", listingURL: "https://www.example.org/calendar/livewire-music?date=2024-05-31"))
    }
    let result = #"{"success":true,"source":"wwoz","records_failed":0}"#
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let list = String(decoding: try encoder.encode(records), as: UTF8.self)
    return Data(#"{"ingestion_result":\#(result),"records":\#(list)}"#.utf8)
  }
}
