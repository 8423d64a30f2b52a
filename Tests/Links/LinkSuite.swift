import ConcertsSink
import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Links

/// The tests that need a server.
@Suite("Links between sources", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum LinksTests {
  static func within(_ duration: Duration = .seconds(120)) -> Deadline { Deadline(after: duration, on: SystemTime()) }
}

/// A suite of which each test has a database with the tables of concerts, and those of the catalog.
class LinkSuite {
  class var hasCatalog: Bool { true }

  let testDatabase: TestDatabase
  let connection: PostgresConnection
  let database: Database
  let links: EntityLinks

  init() throws {
    testDatabase = try TestDatabase(migrated: true)
    connection = try testDatabase.connect()
    database = try Self.open(testDatabase)
    links = EntityLinks(database)
    if Self.hasCatalog { try connection.execute(script: Self.catalog, deadline: LinksTests.within()) }
  }

  static func open(_ database: TestDatabase) throws -> Database {
    try Database(url: database.url, migrations: ConcertsSink.migrations, applicationName: "tests")
  }

  /// The columns that are read; the datasets' definitions have more.
  private static let catalog = """
    create schema if not exists catalog;
    create table if not exists catalog.artists (artist_id text primary key, name text not null, source text not null);
    create table if not exists catalog.venues (
      venue_id text primary key, name text not null, city text, state text, country text, address text, postal_code text,
      latitude double precision, longitude double precision, source text not null);
    """

  @discardableResult
  func link(within duration: Duration = .seconds(120)) throws -> LinkReport {
    try LinkService(database).run(deadline: LinksTests.within(duration))
  }

  func execute(_ sql: String, _ values: PostgresValue...) throws {
    try connection.query(sql, values, deadline: LinksTests.within())
  }

  func addArtist(_ name: String) throws { try execute("insert into artists (name) values ($1)", .text(name)) }

  func addCatalogArtist(_ id: String, _ name: String, source: String = "spotify") throws {
    try execute(
      "insert into catalog.artists (artist_id, name, source) values ($1, $2, $3)", .text(id), .text(name),
      .text(source))
  }

  func addVenue(_ name: String, _ street: String?, city: String? = "New Orleans", state: String? = nil) throws {
    try execute(
      "insert into venues (name, thoroughfare, locality, state) values ($1, $2, $3, $4)", .text(name), .text(street),
      .text(city), .text(state))
  }

  func addCatalogVenue(
    _ id: String, _ name: String, _ street: String?, city: String? = "New Orleans", state: String? = nil,
    country: String? = nil
  ) throws {
    try execute(
      """
      insert into catalog.venues (venue_id, name, address, city, state, country, source)
      values ($1, $2, $3, $4, $5, $6, 'ticketmaster')
      """, .text(id), .text(name), .text(street), .text(city), .text(state), .text(country))
  }

  /// Returns the pairs as `name | name there | state`.
  func pairs(in states: [EntityLink.State] = EntityLink.State.allCases) throws -> [String] {
    try links.list(in: states, deadline: LinksTests.within()).map {
      "\($0.left.name ?? "-") | \($0.right.name ?? "-") | \($0.state.rawValue)"
    }
  }

  /// Everything but the times.
  func state() throws -> [String] {
    try connection.query(
      """
      select (to_jsonb(e) - '{first_seen,last_seen,decided_at}'::text[])::text from entity_links e
      union all select (to_jsonb(c) - 'compared_at')::text from entity_comparisons c order by 1
      """, deadline: LinksTests.within()
    ).map { try $0[0] }
  }

  func id(ofArtist name: String) throws -> String {
    try connection.query("select id::text from artists where name = $1", [.text(name)], deadline: LinksTests.within())[
      0][0]
  }
}
