import ConcertsSink
import Contracts
import Enrichment
import Ledger
import Postgres
import Search
import TestSupport
import Testing
import Time

/// The reason for which tests with vectors are skipped.
let withVectors: Comment = "start the services with pgvector: ENRICH=1 make test"

/// A database of its own with venues, artists and events that a test adds.
final class SearchWorld {
  let database: TestDatabase
  let connection: PostgresConnection
  let ledger: Database
  private let embedder = HashingEmbedder()
  var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  init(isPrepared: Bool = true) throws {
    database = try TestDatabase()
    connection = try database.connect()
    ledger = try Database(url: database.url, migrations: ConcertsSink.migrations)
    try ledger.migrate(deadline: deadline)
    guard isPrepared else { return }
    let schema = EmbeddingSchema(
      ledger, adding: [.init(isCurrent: SearchFunctions.isCurrent, script: SearchFunctions.searchFunctions)])
    #expect(try schema.prepare(deadline: deadline) == nil)
  }

  func vector(_ text: String) -> String { "[\(embedder.embed(text).map(\.description).joined(separator: ","))]" }

  @discardableResult
  func addVenue(
    _ name: String, street: String? = nil, at point: (Double, Double)? = nil, locality: String? = nil
  ) throws -> Int {
    try id(
      """
      insert into venues (source, name, thoroughfare, latitude, longitude, locality) values ('wwoz', $1, $2, $3, $4, $5)
      returning id
      """, [.text(name), .text(street), .double(point?.0), .double(point?.1), .text(locality)])
  }

  @discardableResult
  func addArtist(_ name: String, description: String? = nil, genres: [String] = []) throws -> Int {
    let text = [name, description ?? "", genres.joined(separator: ", ")].joined(separator: " ")
    let artist = try id(
      "insert into artists (name, description, description_embedding) values ($1, $2, $3::vector) returning id",
      [.text(name), .text(description), .text(vector(text))])
    for genre in genres {
      try connection.query(
        "insert into artist_genres (artist_id, genre_id) values ($1, $2)",
        [.int(artist), .int(try addGenre(genre))], deadline: deadline)
    }
    return artist
  }

  func addGenre(_ name: String) throws -> Int {
    try id(
      """
      insert into genres (name, genre_embedding) values ($1, $2::vector)
      on conflict (name) do update set name = excluded.name returning id
      """, [.text(name), .text(vector("Genre: \(name)"))])
  }

  /// - Parameters:
  ///   - time: the local time, as `2026-05-30 21:00`, or only the day.
  ///   - isEmbedded: false for an event that waits for its vector.
  @discardableResult
  func addEvent(
    _ artist: String, _ venue: String, _ time: String, description: String? = nil, status: String = "scheduled",
    isEmbedded: Bool = true
  ) throws -> Int {
    let text = "\(artist) \(venue) \(description ?? "")"
    let event = try id(
      """
      insert into events (source, wwoz_event_href, artist_name, venue_name, artist_id, venue_id, event_date,
        performance_time, description, status, event_text_embedding, description_embedding)
      values ('wwoz', '/events/' || $1 || $2 || $3, $1, $2, (select id from artists where name = $1),
        (select id from venues where name = $2), left($3, 10)::date,
        case when length($3) > 10 then $3::timestamp at time zone 'America/Chicago' end, $4, $5, $6::vector, $7::vector)
      returning id
      """,
      [
        .text(artist), .text(venue), .text(time), .text(description), .text(status),
        .text(isEmbedded ? vector(text) : nil), .text(isEmbedded ? description.map(vector) : nil),
      ])
    return event
  }

  private func id(_ sql: String, _ values: [PostgresValue]) throws -> Int {
    let row = try #require(try connection.query(sql, values, deadline: deadline).first)
    return try row["id"]
  }

  private static func hashing() throws(PipelineError) -> any TextEmbedder { HashingEmbedder() }

  func search(model: @escaping EventSearch.Model = SearchWorld.hashing) throws -> EventSearch {
    EventSearch(ledger, source: "wwoz", zone: try TimeZoneRules(identifier: "America/Chicago"), model: model)
  }

  func ask(
    _ question: String, options: SearchOptions = SearchOptions(), on today: String = wednesday
  ) throws -> SearchAnswer {
    try search().answer(question, options: options, today: try #require(CalendarDate(today)), deadline: deadline)
  }
}
