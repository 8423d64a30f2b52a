import ConcertsSink
import Contracts
import Enrichment
import Ledger
import TestSupport
import Testing
import Time

@testable import Search

@Suite(
  "Search of a database that was never enriched",
  .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
struct UnpreparedDatabaseTests {
  @Test("says what is missing")
  func withoutExtension() throws {
    let world = try SearchWorld(isPrepared: false)
    #expect(throws: SearchError.extensionMissing) { try world.ask("brass on Saturday") }
  }

  @Test("says so if it has the extension, and nothing else", .enabled(if: TestDatabase.hasVectors, withVectors))
  func withoutFunctions() throws {
    let world = try SearchWorld(isPrepared: false)
    try world.connection.query("create extension vector", deadline: world.deadline)
    #expect(throws: SearchError.functionsMissing) { try world.ask("brass on Saturday") }
  }

  @Test(
    "says so if nothing is embedded yet; days and places need no vectors",
    .enabled(if: TestDatabase.hasVectors, withVectors))
  func withoutVectors() throws {
    let world = try SearchWorld()
    try world.addVenue("Blue Door")
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 20:00", isEmbedded: false)
    #expect(throws: SearchError.nothingEmbedded) { try world.ask("brass on Saturday") }
    #expect(try world.ask("Saturday at the Blue Door").events.map(\.artist) == ["Ada Quintet"])
  }

  @Test("of an older version asks to migrate")
  func old() throws {
    let world = try SearchWorld(isPrepared: false)
    try world.connection.query("delete from schema_migrations where version = 13", deadline: world.deadline)
    let search = EventSearch(
      try Database(url: world.database.url, migrations: ConcertsSink.migrations), source: "wwoz",
      zone: try TimeZoneRules(identifier: "America/Chicago"), model: { HashingEmbedder() })
    let today = try #require(CalendarDate(wednesday))
    let error = #expect(throws: SearchError.self) {
      try search.answer("brass on Saturday", today: today, deadline: world.deadline)
    }
    var name: PipelineError.Name?
    if case .database(let cause)? = error { name = cause.name }
    #expect(name == .schemaMismatch)
  }
}
