import ConcertsSink
import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Enrichment

/// The tests that need a server with pgvector. Each test has its own database.
@Suite(
  "Embeddings",
  .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"),
  .enabled(if: TestDatabase.hasVectors, "the server has no pgvector: ENRICH=1 builds it"))
enum EmbeddingTests {
  static func within(_ duration: Duration = .seconds(60)) -> Deadline { Deadline(after: duration, on: SystemTime()) }
}

/// A model whose vectors depend on the text alone. It may fail at one of its calls.
final class FakeEmbedder: TextEmbedder {
  let version: String
  /// The number of the call that fails, from 1.
  var failingCall: Int?
  var beforeCall: (_ number: Int, _ text: String) -> Void = { _, _ in }
  private(set) var texts: [String] = []

  init(version: String = "fake-1", failingCall: Int? = nil) {
    self.version = version
    self.failingCall = failingCall
  }

  func embed(_ text: String) throws(PipelineError) -> [Float] {
    texts.append(text)
    beforeCall(texts.count, text)
    if texts.count == failingCall { throw PipelineError(.storageUnavailable, "killed") }
    return Self.vector(of: text)
  }

  static func vector(of text: String) -> [Float] {
    var state = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let numbers = (0..<384).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40)
    }
    let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return numbers.map { $0 / length }
  }
}

class EmbeddingSuite {
  let testDatabase: TestDatabase
  let connection: PostgresConnection

  init() throws {
    testDatabase = try TestDatabase()
    connection = try testDatabase.connect()
  }

  func within(_ duration: Duration = .seconds(60)) -> Deadline { EmbeddingTests.within(duration) }

  func makeDatabase(user: String? = nil, time: any TimeSource = SystemTime()) throws -> Database {
    let url = user.map { TestDatabase.url(server: testDatabase.url, user: $0, password: "secret") } ?? testDatabase.url
    return try Database(url: url, migrations: ConcertsSink.migrations, applicationName: "tests", time: time)
  }

  func makeService(
    _ embedder: FakeEmbedder, database: Database? = nil
  ) throws -> EmbeddingService {
    let database = try database ?? makeDatabase()
    return EmbeddingService(database, schema: EmbeddingSchema(database)) { embedder }
  }

  @discardableResult
  func run(_ embedder: FakeEmbedder = FakeEmbedder(), within time: Duration = .seconds(60)) throws -> EmbeddingReport {
    try makeService(embedder).run(deadline: within(time))
  }

  /// Fills a migrated database.
  func fill(events: Int = 20) throws {
    try makeDatabase().migrate(deadline: within())
    try connection.execute(script: Self.rows(events: events), deadline: within())
  }

  static func rows(events: Int) -> String {
    """
    insert into genres (name) values ('Jazz'), ('Brass');
    insert into venues (name, full_address, wwoz_venue_href) values
      ('Blue Nile', '532 Frenchmen St, New Orleans, LA 70116', '/organizations/blue-nile'),
      ('Maple Leaf', null, '/organizations/maple-leaf');
    insert into artists (name, website) values ('Kermit Ruffins', 'https://kermit.example'), ('Irma Thomas', null);
    insert into venue_genres values (1, 1), (1, 2);
    insert into artist_genres values (2, 1);
    insert into events (wwoz_event_href, event_date, artist_name, venue_name, description)
      select '/events/' || n, date '2024-05-31' + n / 4, 'artist ' || n % 7, 'venue ' || n % 3,
        case when n % 2 = 0 then 'description ' || n % 5 end
      from generate_series(1, \(events)) n;
    """
  }

  func lines(_ query: String) throws -> [String] {
    try connection.query(query, deadline: within()).map { try $0[0] }
  }

  func execute(_ script: String) throws { try connection.execute(script: script, deadline: within()) }

  /// The vectors of all rows, and what is known about them.
  func vectors() throws -> [String] {
    try EmbeddedTable.all.flatMap { table in
      let columns = table.columns.map { "t.\($0.name)::text, t.\($0.hash)" }.joined(separator: ", ")
      return try lines(
        "select concat_ws('|', '\(table.name)', id, embedding_model, embedding_source, \(columns)) "
          + "from \(table.name) t order by id")
    }
  }
}
