import Compression
import ConcertsSink
import Contracts
import Foundation
import HTTP
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import AWS
@testable import ProcessedZone

/// A database with the tables of the schema `catalog`, and a bucket: in memory, or of the local AWS, which checks signatures.
final class Zone {
  static let endpoint = ProcessInfo.processInfo.environment["TEST_AWS_ENDPOINT_URL"]
  static var hasServices: Bool { TestDatabase.serverURL != nil && endpoint != nil }

  let database: TestDatabase
  let connection: PostgresConnection
  let environment: [String: String]
  let bucket: String
  let client: S3Client
  /// Nil for the local AWS.
  let memory: MemoryS3?
  var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  init(inMemory: Bool = true, hasTables: Bool = true) throws {
    database = try TestDatabase(migrated: true)
    connection = try database.connect()
    bucket = "zone-\(UUID().uuidString.lowercased())"
    if inMemory {
      let memory = try MemoryS3()
      self.memory = memory
      environment = memory.environment
    } else {
      memory = nil
      let variables = ProcessInfo.processInfo.environment
      environment = [
        "AWS_ENDPOINT_URL": try #require(Self.endpoint),
        "AWS_ACCESS_KEY_ID": try #require(variables["TEST_AWS_ACCESS_KEY_ID"]),
        "AWS_SECRET_ACCESS_KEY": try #require(variables["TEST_AWS_SECRET_ACCESS_KEY"]),
      ]
    }
    client = try S3Client(AWSSession(environment: environment, region: "us-east-1"))
    if !inMemory {
      try client.client.send(
        client.request("PUT", "CreateBucket", bucket: bucket, key: nil),
        deadline: Deadline(after: .seconds(30), on: SystemTime())
      ) { _ in }
    }
    if hasTables { for sql in Self.tables { try connection.query(sql, deadline: deadline) } }
  }

  deinit {
    guard memory == nil, let entries = try? client.list(bucket: bucket, deadline: deadline).entries else { return }
    for entry in entries { try? client.delete(S3Location(bucket: bucket, key: entry.key), deadline: deadline) }
    try? client.client.send(
      client.request("DELETE", "DeleteBucket", bucket: bucket, key: nil), deadline: deadline
    ) { _ in }
  }

  /// As the sink makes them, with those of its columns that say where a row is from.
  static let tables = [
    "create schema catalog",
    """
    create table catalog.artists (artist_id text primary key, name text not null, genre jsonb, popularity_score numeric,
      formation_date date, members jsonb, spotify_id text, source text not null, raw_data jsonb,
      _dataset text, _item text)
    """,
    """
    create table catalog.venues (venue_id text primary key, name text not null, city text, state text, country text,
      address text, postal_code text, timezone text, venue_type text, capacity bigint, latitude double precision,
      longitude double precision, source text not null, ticketmaster_id text, _dataset text, _item text)
    """,
    """
    create table catalog.concerts (concert_id text primary key, artist_id text, artist_ids jsonb, venue_id text,
      event_date timestamptz, local_date date, local_time text, timezone text, date_precision text, ticket_prices jsonb,
      total_attendance bigint, revenue numeric, status text, status_code text, source text not null, raw_data jsonb,
      _dataset text, _item text)
    """,
  ]

  func run(_ sql: String) throws { try connection.query(sql, deadline: deadline) }

  /// Adds a concert, or changes it.
  func put(
    _ id: String, on date: String?, status: String = "scheduled", source: String = "ticketmaster", item: String = "a"
  ) throws {
    let day = date.map { "'\($0)'" } ?? "null"
    try run(
      """
      insert into catalog.concerts (concert_id, local_date, status, source, _dataset, _item)
      values ('\(source)_\(id)', \(day), '\(status)', '\(source)', 'd', '\(item)')
      on conflict (concert_id) do update set local_date = excluded.local_date, status = excluded.status
      """)
  }

  func publisher(
    of source: String = "ticketmaster", types: [ProcessedType] = ProcessedType.all
  ) throws -> ProcessedPublisher {
    let database = try Database(url: database.url, migrations: ConcertsSink.migrations)
    return try ProcessedPublisher(
      ProcessedSettings(bucket: bucket, region: "us-east-1"),
      of: Dataset(
        id: "d", source: source, dataType: "events", timeZone: "UTC", extractor: "http", sinks: ["postgres"],
        publishers: ["processed"]),
      types: types, reading: ProcessedTables(database),
      session: { (region) throws(AWSError) in
        // Failures are part of the tests, and last.
        AWSSession(
          environment: environment, region: region,
          credentials: CredentialsChain([EnvironmentCredentials(environment)], time: SystemTime()),
          transport: HTTPClient(HTTPClient.Options(), time: SystemTime()),
          backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(2), maximumAttempts: 2))
      })
  }

  @discardableResult
  func publish(_ items: [String] = ["a"], of source: String = "ticketmaster") throws -> PublishReport {
    try publisher(of: source).publish(.loaded(try items.map { try WorkItem(id: $0) }), deadline: deadline)
  }

  /// The keys of all objects but those that remember others.
  func keys() throws -> [String] {
    try client.list(bucket: bucket, prefix: "processed/", deadline: deadline).entries.map(\.key)
      .filter { !$0.contains("/_state/") }
  }

  /// The lines of an object.
  func lines(_ key: String) throws -> [String] {
    let object = try client.get(S3Location(bucket: bucket, key: key), deadline: deadline)
    let text = try ContentCodings("gzip").decode(object.body, maximumBytes: 64 << 20)
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The requests that changed objects, without those for the object that remembers.
  func writes() throws -> [String] {
    try #require(memory).requests.filter {
      ($0.hasPrefix("PUT") || $0.hasPrefix("DELETE")) && !$0.contains("/_state/")
    }
  }

  static func day(_ date: String, source: String = "ticketmaster") -> String {
    let parts = date.split(separator: "-")
    return "processed/concerts/source=\(source)/year=\(parts[0])/month=\(parts[1])/day=\(parts[2])/concerts.jsonl.gz"
  }
}
