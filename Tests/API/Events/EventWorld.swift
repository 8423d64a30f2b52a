import APIEvents
import APIRouting
import APISupport
import ConcertsSink
import Foundation
import JSON
import Postgres
import TestSupport
import Testing
import Time

/// The product's routes on a real Postgres.
@Suite("The API's events and runs", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum APIEventsTests {}

private struct FixedTime: TimeSource, Sendable {
  let now = Date(timeIntervalSince1970: 1_717_203_600)
  let uptime = Duration.zero

  func sleep(for duration: Duration) {}
}

/// A database with a few events around Frenchmen Street, and the API's router on it. It is 20:00 there on 2024-05-31.
final class EventWorld {
  let database: TestDatabase
  let router: Router
  let reader: APIDatabase
  /// The ledger's routes need it, also where the data is public.
  static let key = "0123456789abcdef"
  private let connection: PostgresConnection
  private let deadline = Deadline(after: .seconds(60), on: SystemTime())

  init(isFilled: Bool = true) throws {
    database = try TestDatabase(migrated: true)
    connection = try database.connect()
    reader = try APIDatabase(url: database.url, connections: 2, timeout: .seconds(10))
    let keys = try #require(try APIKeys(Self.key))
    router = Router(
      EventRoutes.all(reader), RouterSettings(keys: keys, isPublic: true, time: FixedTime(), makeID: { "id" }))
    if isFilled { try run(Self.rows) }
  }

  func run(_ script: String) throws { try connection.execute(script: script, deadline: deadline) }

  /// Returns the texts that a statement finds.
  func texts(_ sql: String) throws -> [String] {
    try connection.query(sql, deadline: deadline).map { try $0[0] }
  }

  func response(_ target: String, headers: [String: String] = ["x-api-key": key]) -> APIResponse {
    let sides = target.split(separator: "?", maxSplits: 1).map { String($0) }
    return router.response(
      to: APIRequest(method: "GET", path: sides[0], query: sides.count > 1 ? sides[1] : "", headers: headers))
  }

  func get(_ target: String) throws -> JSONObject {
    let response = response(target)
    let text = String(decoding: response.body, as: UTF8.self)
    #expect(response.status == 200, "\(target): \(text)")
    return try #require(try JSONValue(parsing: response.body).object, "\(text)")
  }

  func items(_ target: String) throws -> [JSONObject] {
    try #require(try get(target)["items"]?.array).compactMap(\.object)
  }

  /// The artists of the events that a request finds, in their order.
  func artists(_ query: String) throws -> [String] {
    try items("/events?\(query)").compactMap { $0["artist"]?.object?["name"]?.string }
  }

  /// All items of a list, page by page.
  func pages(_ target: String) throws -> [JSONObject] {
    var (all, cursor): ([JSONObject], String?) = ([], nil)
    repeat {
      let page = try get(target + (cursor.map { "&cursor=\($0)" } ?? ""))
      all += try #require(page["items"]?.array).compactMap(\.object)
      cursor = page["next_cursor"]?.string
    } while cursor != nil && all.count < 10_000
    return all
  }

  private static let rows = """
    insert into genres (id, name) values (1, 'Brass Band'), (2, 'Jazz');
    insert into artists (id, name, wwoz_artist_href) values
      (1, 'Stooges', '/artists/1'), (2, 'Äffchen', null), (3, 'Quartet', null), (4, 'Late 50% Trio', null);
    insert into artist_genres (artist_id, genre_id) values (1, 1), (3, 2);
    insert into artist_relations (artist_id, related_artist_id, from_event, from_artist) values (1, 3, false, true);
    insert into venues (id, source, name, full_address, locality, latitude, longitude, wwoz_venue_href) values
      (1, 'wwoz', 'd.b.a.', '618 Frenchmen', 'New Orleans', 29.9640, -90.0580, '/organizations/dba'),
      (2, 'wwoz', 'Spotted Cat', '623 Frenchmen', 'New Orleans', 29.9643, -90.0577, null),
      (3, 'wwoz', 'Maple Leaf', '8316 Oak', 'New Orleans', 29.9468, -90.1330, null),
      (4, 'wwoz', 'Unknown Place', null, null, null, null, null);
    insert into events (id, source, wwoz_event_href, artist_id, artist_name, venue_id, event_date, performance_time,
      description, status, last_written) values
      (1, 'wwoz', '/events/1', 1, 'Stooges', 1, '2024-05-31', '2024-06-01 01:00Z', 'Loud, "brass"', 'scheduled', '2024-05-30Z'),
      (2, 'wwoz', '/events/2', 2, 'Äffchen', 2, '2024-05-31', '2024-06-01 01:00Z', null, 'scheduled', '2024-05-30Z'),
      (3, 'wwoz', '/events/3', 3, 'Quartet', 3, '2024-05-31', null, null, 'scheduled', '2024-05-30Z'),
      (4, 'wwoz', '/events/4', 4, 'Late 50% Trio', 4, '2024-05-31', '2024-05-31 22:00Z', null, 'scheduled', '2024-05-30Z'),
      (5, 'wwoz', '/events/5', 3, 'Quartet', 1, '2024-05-31', '2024-06-01 02:00Z', null, 'cancelled', '2024-05-30Z'),
      (6, 'wwoz', '/events/6', 1, 'Stooges', 3, '2024-06-02', '2024-06-03 01:00Z', null, 'scheduled', '2024-05-30Z'),
      (7, 'wwoz', '/events/7', 3, 'Quartet', 2, '2024-05-30', '2024-05-31 01:00Z', null, 'scheduled', '2024-05-30Z');
    insert into event_genres (event_id, genre_id) values (4, 2);
    """
}
