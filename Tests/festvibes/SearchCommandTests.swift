import ConcertsSink
import Enrichment
import Foundation
import Ledger
import Search
import TestSupport
import Testing
import Time

@testable import festvibes

private let withVectors: Comment = "start the services with pgvector: ENRICH=1 make test"

/// The commands against a database of their own. The model is tested with the search itself.
@Suite("Search commands", .enabled(if: TestDatabase.hasVectors, withVectors))
final class SearchCommandTests {
  private let database: TestDatabase
  private let deadline = Deadline(after: .seconds(60), on: SystemTime())
  private var environment: [String: String] {
    ["PG_DATABASE_URL": database.url, "EMBEDDING_WEIGHTS": "/nowhere/weights"]
  }

  /// Two artists who share a genre, and an event of each in May 2026.
  init() throws {
    database = try TestDatabase()
    let ledger = try Database(url: database.url, migrations: ConcertsSink.migrations)
    try ledger.migrate(deadline: deadline)
    let schema = EmbeddingSchema(
      ledger, adding: [.init(isCurrent: SearchFunctions.isCurrent, script: SearchFunctions.searchFunctions)])
    #expect(try schema.prepare(deadline: deadline) == nil)
    try database.connect().execute(
      script: """
        insert into venues (source, name, thoroughfare, full_address, latitude, longitude)
          values ('wwoz', 'Blue Door', '600 Frenchmen Street', '600 Frenchmen Street, New Orleans', 29.964, -90.058);
        insert into artists (name) values ('Ada Quintet'), ('Levee Trio');
        insert into genres (name) values ('Jazz');
        insert into artist_genres select a.id, g.id from artists a, genres g;
        insert into events (source, wwoz_event_href, event_date, performance_time, artist_id, artist_name, venue_id)
          select 'wwoz', '/events/' || a.name, date '2026-05-29' + a.id::integer,
            (date '2026-05-29' + a.id::integer + interval '21 hours') at time zone 'America/Chicago', a.id, a.name, v.id
          from artists a, venues v;
        update events set event_text_embedding = ('[1' || repeat(',0', 383) || ']')::vector;
        """, deadline: deadline)
  }

  private func run(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(arguments, environment: environment)
  }

  @Test("A question is answered with a table, and what was read")
  func table() throws {
    let ran = try run("search", "What is on Saturday at the Blue Door?", "--today", "2026-05-27")
    #expect(ran.status == 0, "\(ran.error)")
    #expect(ran.output.hasPrefix("Read as: Saturday, 2026-05-30, at Blue Door\n\ndate"))
    #expect(ran.output.contains("\nSat 2026-05-30  21:00  Ada Quintet  Blue Door  Jazz"))
    #expect(!ran.output.contains("Levee Trio"))
    let explained = try run("search", "Saturday night near Frenchmen Street", "--today", "2026-05-27", "--explain")
    #expect(explained.output.contains("time 1.00, place 1.00, date 1.00"), "\(explained.output)\(explained.error)")
  }

  @Test("JSON is one object with the documented members")
  func json() throws {
    let ran = try run("search", "--date", "2026-05-30", "--near", "29.964,-90.058", "--within", "200", "--json")
    #expect(ran.status == 0, "\(ran.error)")
    #expect(ran.output.split(separator: "\n").count == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "question", "today", "read_as", "genres", "artists", "meaning", "relaxed", "notes", "events",
      ])
    let event = try #require((object["events"] as? [[String: Any]])?.first)
    #expect(
      Set(event.keys) == [
        "event_id", "date", "time", "artist", "venue", "address", "genres", "href", "distance_m", "score", "parts",
        "matched_words",
      ])
    #expect(event["distance_m"] as? Double == 0)
    let parts = try #require(event["parts"] as? [String: Any])
    #expect(parts.count == 12)
    #expect(parts["meaning"] is NSNull)
    #expect(parts["place"] as? Double == 1)
  }

  @Test("What is relaxed is said; what an option asks for is not relaxed, and nothing found is status 1")
  func relaxed() throws {
    let relaxed = try run("search", "Friday at the Blue Door", "--today", "2026-05-27")
    #expect(relaxed.status == 0)
    #expect(relaxed.output.contains("No event: Friday, 2026-05-29, at Blue Door; showing at Blue Door, on any day."))
    let strict = try run("search", "--date", "2026-05-29")
    #expect(strict.status == 1)
    #expect(strict.output.contains("No event: Friday, 2026-05-29."))
  }

  @Test("An error names the next step: no model, no such place, genre or artist")
  func errors() throws {
    let model = try run("search", "brass band", "--today", "2026-05-27")
    #expect(model.status == 1)
    #expect(model.error.contains("EMBEDDING_WEIGHTS"))
    #expect(model.error.hasSuffix("next: make weights\n"))
    #expect(try run("search", "--near", "Nowhere").error.contains("there is no venue, street or city 'Nowhere'"))
    #expect(try run("search", "--genre", "polka").error.contains("there is no genre 'polka'; there are: Jazz"))
    #expect(try run("similar", "Ada Quartet").error.contains("there is no artist 'Ada Quartet'; like it: Ada Quintet"))
    #expect(try run("search", "today", "--within", "5").error.contains("--within needs a place"))
  }

  @Test("A database that was never enriched is told how to be")
  func unprepared() throws {
    try database.connect().execute(script: "drop extension vector cascade", deadline: deadline)
    let ran = try run("search", "today")
    #expect(ran.status == 1)
    #expect(ran.error.contains("has no extension pgvector"))
    #expect(!ran.error.contains("have an answer"), "it answers no question without the functions")
    #expect(ran.error.hasSuffix("next: ENRICH=1 make run\n"))
  }

  @Test("Similar artists are a table, or one JSON object")
  func similar() throws {
    let table = try run("similar", "ada", "quintet")
    #expect(table.status == 0, "\(table.error)")
    #expect(table.output.hasPrefix("Like Ada Quintet\n\n"))
    #expect(table.output.contains("\nLevee Trio   0.30"))
    let json = try run("similar", "Ada Quintet", "--json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["artist"] as? String == "Ada Quintet")
    let artist = try #require((object["similar"] as? [[String: Any]])?.first)
    #expect(artist["shared_genres"] as? [String] == ["Jazz"])
    #expect(artist["similarity"] is NSNull)
  }
}

@Suite("Arguments of search")
struct SearchArgumentTests {
  @Test(
    "that make no sense are usage errors",
    arguments: [
      ["search", "x", "--limit", "0"], ["search", "x", "--limit", "1001"],
      ["search", "x", "--date", "someday"], ["search", "x", "--date", "today", "--from", "today"],
      ["search", "x", "--from", "2026-05-02", "--to", "2026-05-01"], ["search", "x", "--near", "91,0"],
      ["search", "x", "--near", "-90.05,-229.95"], ["search", "x", "--within", "0"],
      ["search", "x", "--within", "nan"],
      ["search", "x", "--today", "May"], ["similar", "x", "--limit", "0"],
    ])
  func invalid(arguments: [String]) throws {
    #expect(throws: (any Error).self) { _ = try FestVibes.parseAsRoot(arguments) }
  }

  @Test("are needed: a question or a condition, and an artist")
  func missing() throws {
    for (arguments, text) in [
      (["search"], "give a question"), (["search", "--within", "5"], "give a question"), (["similar"], "give the name"),
    ] {
      let ran = try FestVibesProcess(arguments, environment: [:])
      #expect(ran.status == 64, "\(arguments)")
      #expect(ran.error.contains(text), "\(ran.error)")
    }
  }

  @Test("A point is two numbers; anything else is a name")
  func points() throws {
    #expect(try SearchPoint("29.9, -90.1")?.value == .init(latitude: 29.9, longitude: -90.1))
    #expect(try SearchPoint("Blue Door, uptown") == nil)
    #expect(try SearchPoint("1,2,3") == nil)
  }
}
