import Foundation
import Contracts
import Settings
import EventRecords
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink

/// The parts of the database that need a server. Each test has a database of its own.
@Suite("The database", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum WarehouseTests {
  /// A deadline in real time.
  static func within(_ duration: Duration = .seconds(30)) -> Deadline { Deadline(after: duration, on: SystemTime()) }

  static let testDate = CalendarDate(daysSinceEpoch: 19_874)  // 2024-05-31, summer time in Chicago
  static let chicago = Result { try TimeZoneRules(identifier: "America/Chicago") }

  static func makeWarehouse(_ database: TestDatabase) throws -> ConcertsDatabase {
    try ConcertsDatabase(url: database.url, zone: try chicago.get())
  }

  static func makeRecord(
    href: String = "/events/1", act: String = "Kermit Ruffins", actHref: String = "", actDescription: String = "",
    actGenres: [String] = [], actRelated: [String] = [], actWebsite: String = "",
    venue: String = "Blue Nile", venueHref: String? = nil, address: String = "532 Frenchmen St", phone: String = "",
    isActive: Bool? = true, date: String = "2024-05-31", time: String? = "2024-05-31T20:00:00-05:00",
    description: String = "", related: [String] = [], genres: [String] = [],
    scrapeTime: String = "2024-05-30T03:00:00-05:00", failedPages: [String]? = [], pagesRead: String? = nil
  ) -> EventRecord {
    let slug = venue.lowercased().replacingOccurrences(of: " ", with: "-")
    let venueHref = venueHref ?? "/organizations/\(slug)"
    return EventRecord(
      artist: .init(
        name: act, description: actDescription, genres: actGenres, relatedArtists: actRelated, href: actHref,
        website: actWebsite),
      venue: .init(
        name: venue, thoroughfare: address, phoneNumber: phone, locality: "New Orleans", state: "LA",
        postalCode: "70116", fullAddress: "\(address), New Orleans, LA 70116", isActive: isActive,
        href: venueHref, eventArtist: act),
      event: .init(
        date: date, href: href, eventArtist: act, artistHref: actHref, description: description,
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
    dataset: String = "wwoz", listed: String? = nil
  ) -> LoadDocument {
    LoadDocument(
      dataset: dataset, date: date, rawKey: key, run: nil, listedAt: listed.flatMap { RFC3339.parse($0)?.date },
      entries: records.map { .record($0) },
      isWholeListing: isWholeListing,
      rawRecords: { positions in
        Dictionary(uniqueKeysWithValues: positions.map { ($0, "{\"position\": \($0)}") })
      })
  }

  /// The name of the error that `work` throws.
  static func failureName(_ work: () throws -> Void) -> PipelineError.Name? {
    do {
      try work()
      return nil
    } catch {
      return (error as? PipelineError)?.name
    }
  }
}

extension PostgresConnection {
  /// Rows as lines of text, with `|` between the columns; null is left out.
  func lines(_ columns: String, from tables: String) throws -> [String] {
    try query("select concat_ws('|', \(columns)) from \(tables)", until: WarehouseTests.within()).map { try $0[0] }
  }

  func count(_ table: String) throws -> Int {
    try query("select count(*) from \(table)", deadline: WarehouseTests.within())[0][0]
  }

  /// Where each row of each table lies and which transaction wrote it: unchanged when no row was written.
  func rowVersions(except tables: [String] = []) throws -> [String: [String]] {
    let names: [String] = try query(
      "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
      until: WarehouseTests.within()
    ).map { try $0[0] }
    var versions: [String: [String]] = [:]
    for name in names where !tables.contains(name) {
      versions[name] = try query(
        "select ctid::text || ' ' || xmin::text from \(name) order by ctid", deadline: WarehouseTests.within()
      )
      .map { try $0[0] }
    }
    return versions
  }
}
