import ConcertsSink
import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Geocoding

/// The tests that need a server.
@Suite("Geocoding of venues", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum GeocodingTests {
  static func within(_ duration: Duration = .seconds(60)) -> Deadline { Deadline(after: duration, on: SystemTime()) }
}

/// A suite of which each test has a database with tables of concerts, and a clock that it moves itself.
class GeocodingSuite {
  static let start = Date(timeIntervalSince1970: 1_780_000_000)

  let testDatabase: TestDatabase
  let connection: PostgresConnection
  let database: Database
  let time = ManualTime(GeocodingSuite.start)

  init() throws {
    testDatabase = try TestDatabase()
    connection = try testDatabase.connect()
    database = try Self.open(testDatabase)
    try database.migrate(deadline: GeocodingTests.within())
  }

  static func open(_ database: TestDatabase) throws -> Database {
    try Database(url: database.url, migrations: ConcertsSink.migrations, applicationName: "tests")
  }

  @discardableResult
  func geocode(_ geocoder: (any Geocoder)?, within duration: Duration = .seconds(60)) throws -> GeocodingReport {
    try VenueGeocoding(database, geocoder: geocoder, time: time).geocode(deadline: GeocodingTests.within(duration))
  }

  func pass(days: Double) { time.advance(by: .seconds(days * 86_400)) }

  func execute(_ sql: String, _ values: PostgresValue...) throws {
    try connection.query(sql, values, deadline: GeocodingTests.within())
  }

  /// Adds a venue.
  func add(
    _ name: String, _ street: String?, city: String? = "New Orleans", state: String? = "LA", zip: String? = "70116",
    line: String? = nil
  ) throws {
    try execute(
      "insert into venues (name, thoroughfare, locality, state, postal_code, full_address) values ($1, $2, $3, $4, $5, $6)",
      .text(name), .text(street), .text(city), .text(state), .text(zip), .text(line))
  }

  func move(_ name: String, to street: String?) throws {
    try execute("update venues set thoroughfare = $2 where name = $1", .text(name), .text(street))
  }

  /// Returns rows as texts, with `|` between the columns; null is `-`.
  func rows(_ columns: String, from tables: String) throws -> [String] {
    let fields = columns.split(separator: ";").map { "coalesce((\($0))::text, '-')" }.joined(separator: ", ")
    return try connection.query(
      "select concat_ws('|', \(fields)) from \(tables)", deadline: GeocodingTests.within()
    ).map { try $0[0] }
  }

  /// The venues' coordinates, by name.
  func coordinates() throws -> [String] {
    try rows("name; round(latitude::numeric, 5); round(longitude::numeric, 5)", from: "venues order by name")
  }

  /// The locations, by the venue's name.
  func locations() throws -> [String] {
    try rows(
      "v.name; l.provider; l.outcome; l.reason; l.precision; l.attempts",
      from: "venue_locations l join venues v on v.id = l.venue_id order by v.name")
  }

  /// Everything that a reader sees, without the times of this test's database.
  func state() throws -> [String] {
    try rows(
      "to_jsonb(v) - '{last_updated,changed_at}'::text[]; to_jsonb(l)",
      from: "venues v left join venue_locations l on l.venue_id = v.id order by v.id")
  }
}
