import Contracts
import Definitions
import Foundation
import LambdaRuntime
import Loading
import Postgres
import Settings
import TestSupport
import Testing
import Time

@testable import LoaderFunction

/// A database, and the loader as its function has it, with two datasets on the tables of the schema `catalog`.
class CatalogSuite {
  /// The keys of the entries of `load`, which stand for the definitions'.
  struct Entries {
    var venues = ""
    var concerts = ""
    /// True for a table of venues with a wider column and one more.
    var isWider = false
  }

  let database: TestDatabase
  let connection: PostgresConnection
  /// The database's address of the loader's role; nil for a superuser.
  var loaderURL: String?
  /// The lines of the loader's log.
  private(set) var logged: [String] = []
  private var documents: [String: Data] = [:]
  private var handlers: [String: LoaderHandler] = [:]

  static var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  init() throws {
    database = try TestDatabase(migrated: true)
    connection = try database.connect()
    try declare("events")
    try declare("venues")
  }

  private static func venues(_ keys: String, isWider: Bool) -> String {
    """
      - plugin: postgres
        table: catalog.venues
        create_schema: true
        where: {kind: venue}
        key: [venue_id]
        on_unknown_field: reject
        columns: {venue_id: text, name: {type: text, null: false}, city: text, state: text, country: text,
          timezone: text, capacity: \(isWider ? "numeric, phone: text" : "integer"), latitude: double, source: {type: text, null: false}}
        \(keys)

    """
  }

  private static func others(_ keys: String) -> String {
    """
      - plugin: postgres
        table: catalog.artists
        create_schema: true
        where: {kind: artist}
        key: [artist_id]
        columns: {artist_id: text, name: {type: text, null: false}, source: {type: text, null: false}}
      - plugin: postgres
        table: catalog.concerts
        create_schema: true
        where: {kind: concert}
        key: [concert_id]
        on_unknown_field: reject
        columns: {concert_id: text, artist_id: text, artist_ids: jsonb, venue_id: text, event_date: timestamptz,
          local_date: date, local_time: text, timezone: text,
          date_precision: {type: text, check: "date_precision in ('instant', 'day', 'none')"}, ticket_prices: jsonb,
          status: text, source: {type: text, null: false}, raw_data: jsonb}
        \(keys)

    """
  }

  /// Makes a dataset's loader: `events` loads all three kinds, `venues` the venues only.
  func declare(_ id: String, _ entries: Entries = Entries()) throws {
    let load =
      Self.venues(entries.venues, isWider: entries.isWider) + (id == "events" ? Self.others(entries.concerts) : "")
    let text = "dataset_id: \(id)\ndata_type: \(id)\nsource: tm\nextract: {}\nload:\n\(load)"
    let read = Definition.read(Array(text.utf8), file: "\(id).yaml", plugins: LoadingRegistry.known) { _, _ in nil }
    let definition = try #require(read.definition, "\(read.problems)")
    var configuration = Configuration(environment: ["PG_DATABASE_URL": loaderURL ?? database.url])
    let registry = try LoadingRegistry(LoadingSettings(from: &configuration), applicationName: "tests") {
      Configuration(environment: [:])
    }
    handlers[id] = try LoaderHandler(
      dataset: { _ throws(PipelineError) in definition.dataset },
      sinks: { _ throws(PipelineError) in try registry.sinks(for: definition) },
      reading: { [unowned self] (key, _) throws(PipelineError) in documents[key] }, ledger: registry.ledger)
  }

  /// Loads a document that was read at a minute of an hour.
  @discardableResult
  func load(
    _ records: [String], into dataset: String = "events", item: String = "all", at minute: Int, isComplete: Bool = true
  ) throws -> LoadResponse {
    let key = "raw/\(dataset)/\(item)_\(minute).json"
    documents[key] = Data(
      """
      {"ingestion_result": {"success": true, "source": "tm", "complete": \(isComplete),
        "timestamp": "2026-03-01T10:\(minute < 10 ? "0" : "")\(minute):00Z"}, "records": [\(records.joined(separator: ","))]}
      """.utf8)
    return try respond(key, dataset, item)
  }

  /// Loads a document again.
  @discardableResult
  func replay(_ dataset: String = "events", item: String = "all", at minute: Int) throws -> LoadResponse {
    try respond("raw/\(dataset)/\(item)_\(minute).json", dataset, item)
  }

  private func respond(_ key: String, _ dataset: String, _ item: String) throws -> LoadResponse {
    let request = LoadRequest(dataset: dataset, item: try WorkItem(id: item), s3Key: key, run: "r")
    let log = Logger(environment: [:]) { [unowned self] in logged.append($0) }
    let context = LambdaContext(requestID: "r", deadline: Self.deadline, log: log)
    let handler = try #require(handlers[dataset])
    return try handler.handle(request, context).body
  }

  func lines(_ columns: String, from rest: String) throws -> [String] {
    try connection.query("select concat_ws('|', \(columns)) from \(rest)", deadline: Self.deadline).map { try $0[0] }
  }

  /// The rows of a table with the transaction that wrote each: it changes if a row is written again.
  func versions() throws -> [String] {
    try ["venues", "artists", "concerts"].flatMap {
      try lines("\"_content_hash\", xmin", from: "catalog.\($0) order by 1")
    }
  }

  // MARK: Records

  static func concert(
    _ id: Int, venue: Int? = 1, artists: [Int] = [1], time: String? = "2026-03-09T00:30:00Z",
    status: String = "scheduled"
  ) -> String {
    let ids = artists.map { "\"tm_A\($0)\"" }
    return """
      {"kind": "concert", "concert_id": "tm_E\(id)", "artist_id": \(ids.first ?? "null"),
       "artist_ids": [\(ids.joined(separator: ","))], "venue_id": \(venue.map { "\"tm_V\($0)\"" } ?? "null"),
       "event_date": \(time.map { "\"\($0)\"" } ?? "null"), "local_date": "2026-03-08",
       "local_time": \(time == nil ? "null" : "\"19:30:00\""), "timezone": "America/Chicago",
       "date_precision": "\(time == nil ? "day" : "instant")", "ticket_prices": {"standard": {"min": 15.5}},
       "status": "\(status)", "source": "tm", "raw_data": {"name": "Event \(id)", "url": "https://t.example/\(id)"}}
      """
  }

  static func venue(_ id: Int, name: String = "Hall", _ more: String = "\"city\": \"New Orleans\"") -> String {
    #"{"kind": "venue", "venue_id": "tm_V\#(id)", "name": "\#(name) \#(id)", "source": "tm", \#(more)}"#
  }

  static func artist(_ id: Int, name: String = "Artist") -> String {
    #"{"kind": "artist", "artist_id": "tm_A\#(id)", "name": "\#(name) \#(id)", "source": "tm"}"#
  }

  /// Twenty events at three venues by four artists.
  static func season(_ change: (Int) -> String? = { _ in nil }) -> [String] {
    (1...20).map { change($0) ?? concert($0, venue: $0 % 3 + 1, artists: [$0 % 4 + 1, ($0 + 1) % 4 + 1]) }
      + (1...3).map { venue($0) } + (1...4).map { artist($0) }
  }
}
