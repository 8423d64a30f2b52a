import Contracts
import EventRecords
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

/// The tests of the sink that need a server. Each test has its own database.
@Suite("Concerts sink", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum ConcertsSinkTests {
  /// Returns a deadline in real time.
  static func within(_ duration: Duration = .seconds(30)) -> Deadline { Deadline(after: duration, on: SystemTime()) }

  static let testDate = CalendarDate(daysSinceEpoch: 19_874)  // 2024-05-31, summer time in Chicago
  static let chicago = Result { try TimeZoneRules(identifier: "America/Chicago") }

  static let dataset = makeDataset("wwoz")

  static func makeDataset(_ id: String) -> Dataset {
    Dataset(id: id, dataType: "events", timeZone: "America/Chicago", extractor: "none", sinks: ["concerts"])
  }

  static func makeSink(
    _ database: TestDatabase, minimumListingRatio: Double = ConcertsSink.defaultMinimumListingRatio
  ) throws -> ConcertsSink {
    try makeSink(database.url, minimumListingRatio: minimumListingRatio)
  }

  static func makeSink(
    _ url: String, applicationName: String = "tests",
    minimumListingRatio: Double = ConcertsSink.defaultMinimumListingRatio, time: any TimeSource = SystemTime()
  ) throws -> ConcertsSink {
    let database = try Database(
      url: url, migrations: ConcertsSink.migrations, applicationName: applicationName, time: time)
    return ConcertsSink(database, zone: try chicago.get(), minimumListingRatio: minimumListingRatio, time: time)
  }

  static func makeRecord(
    href: String = "/events/1", artist: String = "Kermit Ruffins", artistHref: String = "",
    artistDescription: String = "",
    artistGenres: [String] = [], artistRelated: [String] = [], artistWebsite: String = "",
    venue: String = "Blue Nile", venueHref: String? = nil, address: String = "532 Frenchmen St", phone: String = "",
    isActive: Bool? = true, date: String = "2024-05-31", time: String? = "2024-05-31T20:00:00-05:00",
    description: String = "", related: [String] = [], genres: [String] = [],
    scrapeTime: String = "2024-05-30T03:00:00-05:00", failedPages: [String]? = [], pagesRead: String? = nil
  ) -> EventRecord {
    let slug = venue.lowercased().replacingOccurrences(of: " ", with: "-")
    let venueHref = venueHref ?? "/organizations/\(slug)"
    return EventRecord(
      artist: .init(
        name: artist, description: artistDescription, genres: artistGenres, relatedArtists: artistRelated,
        href: artistHref,
        website: artistWebsite),
      venue: .init(
        name: venue, thoroughfare: address, phoneNumber: phone, locality: "New Orleans", state: "LA",
        postalCode: "70116", fullAddress: "\(address), New Orleans, LA 70116", isActive: isActive,
        href: venueHref, eventArtist: artist),
      event: .init(
        date: date, href: href, eventArtist: artist, artistHref: artistHref, description: description,
        relatedArtists: related.map { .init(name: $0, href: "/artists/\($0.lowercased())") }, genres: genres),
      performanceTime: time, scrapeTime: scrapeTime,
      origin: failedPages.map {
        .init(
          dataset: "wwoz", listingURL: "https://example.org", failedPages: $0,
          pageTimes: .init(venue: pagesRead, artist: pagesRead))
      })
  }

  static func makeDocument(
    _ records: [EventRecord], date: CalendarDate = testDate, key: String = "raw/1.json", isWholeListing: Bool = true,
    dataset: String = "wwoz", run: String? = nil, allowsShrinkage: Bool = false, listed: String? = nil
  ) -> LoadDocument {
    LoadDocument(
      LoadTarget(
        dataset: makeDataset(dataset), item: WorkItem(date: date), key: key, run: run,
        allowsShrinkage: allowsShrinkage),
      date: date, listedAt: listed.flatMap { RFC3339.parse($0)?.date }, entries: records.map { .record($0) },
      isWholeListing: isWholeListing,
      rawRecords: { positions in
        Dictionary(uniqueKeysWithValues: positions.map { ($0, "{\"position\": \($0)}") })
      })
  }

  /// Returns the name of the error that `work` throws.
  static func failureName(_ work: () throws -> Void) -> PipelineError.Name? {
    do {
      try work()
      return nil
    } catch {
      return (error as? PipelineError)?.name
    }
  }
}

/// A suite of which each test has a database with a sink and a ledger.
class SinkSuite {
  /// False for a suite whose tests migrate it themselves.
  class var isMigrated: Bool { true }

  let testDatabase: TestDatabase
  let connection: PostgresConnection
  let sink: ConcertsSink
  let ledger: Ledger

  init() throws {
    testDatabase = try TestDatabase(migrated: Self.isMigrated)
    connection = try testDatabase.connect()
    sink = try ConcertsSinkTests.makeSink(testDatabase)
    ledger = Ledger(sink.database)
  }
}

/// The counts of a load by kind, without the cancelled events, which are a number of their own.
extension LoadReport {
  var events: RecordCounts { counts(of: "events") }
  var venues: RecordCounts { counts(of: "venues") }
  var artists: RecordCounts { counts(of: "artists") }
  var genres: RecordCounts { counts(of: "genres") }
  var cancelled: Int { records.cancelled ?? -1 }

  private func counts(of kind: String) -> RecordCounts {
    var counts = counts[kind] ?? RecordCounts(found: -1)
    counts.cancelled = nil
    return counts
  }
}

extension LoadDocument {
  var run: String? {
    get { target.run }
    set {
      target = LoadTarget(
        dataset: target.dataset, item: target.item, key: target.key, run: newValue,
        allowsShrinkage: target.allowsShrinkage)
    }
  }
}

extension PostgresConnection {
  /// Returns rows as lines of text, with `|` between the columns; null is left out.
  func lines(_ columns: String, from tables: String) throws -> [String] {
    try query("select concat_ws('|', \(columns)) from \(tables)", deadline: ConcertsSinkTests.within()).map {
      try $0[0]
    }
  }

  func count(_ table: String) throws -> Int {
    try query("select count(*) from \(table)", deadline: ConcertsSinkTests.within())[0][0]
  }

  /// Returns the location of each row of each table and the transaction that wrote it: equal if no row was written.
  func rowVersions(except tables: [String] = []) throws -> [String: [String]] {
    let names: [String] = try query(
      "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
      deadline: ConcertsSinkTests.within()
    ).map { try $0[0] }
    var versions: [String: [String]] = [:]
    for name in names where !tables.contains(name) {
      versions[name] = try query(
        "select ctid::text || ' ' || xmin::text from \(name) order by ctid", deadline: ConcertsSinkTests.within()
      )
      .map { try $0[0] }
    }
    return versions
  }
}
