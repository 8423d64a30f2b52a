import ConcertsSink
import Contracts
import Fetching
import Foundation
import LambdaRuntime
import Ledger
import LoaderFunction
import TestSupport
import Time
import WWOZExtractor

/// Measures the stages without Lambda: parsing a listing, loading documents, and the round trips to load a date.
struct StageBenchmarks {
  private var deadline: Deadline { Deadline(after: .seconds(120), on: SystemTime()) }
  private let zone: TimeZoneRules

  init() throws {
    zone = try Dataset.wwoz.timeZoneRules()
  }

  func measurements() throws -> [Measurement] {
    [try listing()] + (try loading())
  }

  private func listing() throws -> Measurement {
    let site = try unwrap(Site("https://www.wwoz.org"))
    let date = try unwrap(CalendarDate(SampleDay.date))
    let reader = WWOZListingReader(site: site)
    let page = Page(SampleDay.listing(), validated: Date())
    let samples = try milliseconds(count: 100, warmUp: 5) { _ in _ = try reader.read(page, date: date) }
    return Measurement(
      name: "parsing a listing of \(page.body.count / 1000) KB, \(SampleDay.showCount) shows", unit: "ms",
      samples: samples,
      target: .atMost(8))
  }

  private func loading() throws -> [Measurement] {
    let testDatabase = try TestDatabase()
    let database = try Database(url: testDatabase.url, migrations: ConcertsSink.migrations)
    let sink = ConcertsSink(database, zone: zone)
    let ledger = Ledger(database)
    _ = try database.migrate(deadline: deadline)
    var trips = 0
    /// Returns the milliseconds of the loader's handler on a document, without reading the document.
    func load(_ document: Data, _ key: String) throws -> Double {
      let handler = LoaderHandler(
        dataset: RepositoryDatasets.dataset, sinks: { _ in [sink] }, reading: { _, _ in document }, ledger: ledger)
      let request = try JSONDecoder().decode(
        LoaderRequest.self, from: Data(#"{"s3_key":"\#(key)","date":"\#(SampleDay.date)"}"#.utf8))
      let context = LambdaContext(requestID: key, deadline: deadline, log: Logger(environment: [:]) { _ in })
      let before = database.roundTrips
      let elapsed = try milliseconds(count: 1, warmUp: 0) { _ in _ = try handler.handle(request, context) }[0]
      trips = database.roundTrips - before
      return elapsed
    }
    func empty() throws {
      try testDatabase.connect().execute(
        script: """
          truncate events, venues, artists, genres, venue_artists, venue_genres, artist_genres, event_genres,
            artist_relations, loads, rejected_records restart identity cascade
          """, deadline: deadline)
    }
    let date = try SampleDay.document(shows: SampleDay.showCount)
    let large = try SampleDay.document(shows: 10_000)
    _ = try load(date, "warm-up")
    var first: [Double] = []
    var unchanged: [Double] = []
    var rates: [Double] = []
    var roundTrips: [Double] = []
    for turn in 0..<20 {
      try empty()
      first.append(try load(date, "first-\(turn)"))
      unchanged.append(try load(date, "unchanged-\(turn)"))
      roundTrips.append(Double(trips))
    }
    for turn in 0..<5 {
      try empty()
      rates.append(10_000 / (try load(large, "large-\(turn)") / 1000))
    }
    return [
      Measurement(name: "loading a date of 118 events, first", unit: "ms", samples: first, target: .atMost(40)),
      Measurement(name: "loading a date of 118 events, unchanged", unit: "ms", samples: unchanged, target: .atMost(15)),
      Measurement(
        name: "loading a document of 10,000 events, first", unit: "/s", samples: rates, target: .atLeast(20_000)),
      Measurement(name: "Postgres round trips to load a date", unit: "", samples: roundTrips),
    ]
  }
}

/// Unwraps a value that is never nil for the benchmark's constants.
func unwrap<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Missing() }
  return value
}

struct Missing: Error {}
