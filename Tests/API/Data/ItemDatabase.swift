import APIRouting
import APISupport
import Foundation
import JSON
import Postgres
import TestSupport
import Testing
import Time

@testable import APIData

/// A database with the table of items as the sink `postgres` makes it, and the API's router on it.
final class ItemDatabase {
  let database: TestDatabase
  let router: Router
  let reader: APIDatabase
  /// The failures in the access log, an element for each request.
  let failures = Locked<[String?]>([])
  private let connection: PostgresConnection

  init(
    hasTable: Bool = true, time: any TimeSource & Sendable = SystemTime(), url: ((String) -> String)? = nil
  ) throws {
    database = try TestDatabase(migrated: true)
    connection = try database.connect()
    reader = try APIDatabase(url: url?(database.url) ?? database.url, connections: 4, timeout: .seconds(10))
    let settings = RouterSettings(isPublic: true, makeID: { "id" }) { [failures] entry in
      failures.change { $0.append(entry.failure) }
    }
    router = Router(DataRoutes.all(reader, time: time), settings)
    if hasTable { try run(Self.table) }
  }

  static let table = """
    create table unified_items (
      source_type text not null, source_name text not null, external_id text not null, title text not null,
      description text, category text, url text, image_url text, author text, amount numeric, quantity bigint,
      rating numeric, tags jsonb not null default '[]', metadata jsonb not null default '{}',
      status text not null default 'active', published_at timestamptz,
      _dataset text not null default 'd', _first_seen timestamptz not null, _last_seen timestamptz not null,
      primary key (source_type, source_name, external_id))
    """

  func run(_ script: String) throws {
    try connection.execute(script: script, deadline: Deadline(after: .seconds(30), on: SystemTime()))
  }

  /// Returns the texts that a statement finds.
  func texts(_ sql: String) throws -> [String] {
    try connection.query(sql, deadline: Deadline(after: .seconds(30), on: SystemTime())).map { try $0[0] }
  }

  /// Adds items with every combination of nulls and ties that an order has to get right.
  func addItems(_ count: Int) throws { try addItems(1...count) }

  func addItems(_ numbers: ClosedRange<Int>) throws {
    try run(
      """
      insert into unified_items (source_type, source_name, external_id, title, description, category, amount, quantity,
        rating, status, published_at, _first_seen, _last_seen)
      select (array['api', 'csv', 'rss'])[1 + n % 3], 'source' || n % 2, 'id' || n, 'Title ' || n % 7,
        case when n % 4 = 0 then null else 'About 50% of A_B ' || n end, 'c' || n % 5,
        case when n % 3 = 0 then null else n % 10 + 0.50 end, n, case when n % 2 = 0 then null else n % 5 end,
        case when n % 6 = 0 then 'inactive' else 'active' end,
        case when n % 4 = 1 then null else timestamptz '2024-01-01Z' + (n % 9) * interval '1 day' end,
        timestamptz '2024-02-01Z' + (n % 11) * interval '1.000001 seconds', timestamptz '2024-03-01Z' + n * interval '1 s'
      from generate_series(\(numbers.lowerBound), \(numbers.upperBound)) n
      """)
  }

  func get(_ target: String) throws -> (status: Int, json: JSONObject) {
    let sides = target.split(separator: "?", maxSplits: 1).map { String($0) }
    let response = router.response(
      to: APIRequest(method: "GET", path: sides[0], query: sides.count > 1 ? sides[1] : ""))
    let json = try #require(try JSONValue(parsing: response.body).object)
    return (response.status, json)
  }

  func items(_ query: String) throws -> [JSONObject] {
    try #require(try get("/data?\(query)").json["items"]?.array).compactMap(\.object)
  }

  /// Reads all items of an order, each as a page of its own.
  func pagedIDs(_ order: String) throws -> [String] {
    var (ids, query): ([String], String?) = ([], "page_size=1&\(order)")
    while let now = query {
      let (status, response) = try get("/data?\(now)")
      try #require(status == 200, "after \(ids.last ?? ""): \(JSONValue.object(response).text)")
      ids += response["items"]?.array?.compactMap { $0.object?["external_id"]?.string } ?? []
      query = response["pagination"]?.object?["next_cursor"]?.string.map { "page_size=1&cursor=\($0)" }
    }
    return ids
  }

  func total(_ query: String) throws -> Int64? {
    try get("/data?\(query)").json["pagination"]?.object?["total_items"]?.number?.integer
  }
}
