import Foundation
import HTTP
import Postgres
import Redis
import TestSupport
import Testing
import Time

/// A database, a bucket and a cache that commit 669b2a3 has written (`Fixtures/669b2a3/README.md`), used by today's
/// binaries: nothing that is stored changes, and everything that was archived can be replayed.
@Suite(
  "What an earlier version has stored",
  .enabled(if: TestDatabase.serverURL != nil && RedisService.isRunning, "start the services: make test"))
final class EarlierVersionTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/669b2a3")
  private static let dates = ["2026-02-01", "2026-02-02", "2026-02-03"]
  private static let bucket = "data"
  private static let redisDatabase = 29

  private let database: TestDatabase
  private let connection: PostgresConnection
  private let s3: MemoryS3
  /// A proxy through which the functions reach the recorded site: the site's address is part of every record.
  private let site: ScriptedServer
  private let environment: [String: String]
  /// The columns that the earlier version's tables have, ready for a `select`, by table.
  private let columns: [String: String]
  private var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  init() throws {
    database = try TestDatabase()
    s3 = try MemoryS3()
    // The site confirms every page for which the request has a validator, and has no other page.
    site = try ScriptedServer { .http($0.header("If-None-Match") == nil ? 404 : 304) }
    environment = s3.environment.merging([
      "S3_BUCKET_NAME": Self.bucket, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
      "PG_DATABASE_URL": database.url, "REDIS_URL": RedisService.url(database: Self.redisDatabase),
      "BASE_URL": "http://livewire.example.com", "SOURCE_REQUESTS_PER_SECOND": "100000",
      "http_proxy": site.url, "no_proxy": "127.0.0.1,localhost",
    ]) { $1 }

    // The script sets the session's search path: the connection is not used for anything else.
    let script = try String(contentsOf: Self.folder.appending(path: "database.sql"), encoding: .utf8)
    try database.connect().execute(script: script, deadline: Deadline(after: .seconds(60), on: SystemTime()))
    connection = try database.connect()
    let found = try connection.query(
      """
      select c.table_name, string_agg(quote_ident(c.column_name), ', ' order by c.ordinal_position) as names
      from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where table_schema = 'public' and t.table_type = 'BASE TABLE' group by 1
      """, deadline: Deadline(after: .seconds(60), on: SystemTime()))
    columns = Dictionary(uniqueKeysWithValues: try found.map { (try $0["table_name"], try $0["names"]) })
    try putObjects()
  }

  /// Fills the bucket, with the metadata by which the page store knows how old a page is.
  private func putObjects() throws {
    struct Object: Decodable {
      let content_type: String
      let metadata: [String: String]
    }
    let manifest = try Data(contentsOf: Self.folder.appending(path: "objects.json"))
    for (key, object) in try JSONDecoder().decode([String: Object].self, from: manifest) {
      var headers: HTTPHeaders = ["Content-Type": object.content_type]
      for (name, value) in object.metadata { headers.append("x-amz-meta-\(name)", value) }
      let body = try Data(contentsOf: Self.folder.appending(path: "objects/\(key)"))
      let url = "\(s3.environment["AWS_ENDPOINT_URL"] ?? "")/\(Self.bucket)/\(key)"
      let response = try HTTPClient().send(HTTPRequest("PUT", url, headers: headers, body: body), deadline: deadline)
      try #require(response.status == 200)
    }
  }

  // MARK: Running today's binaries

  private func body(_ function: String, _ event: String) throws -> [String: Any] {
    let run = try FunctionRun(function, event, environment: environment)
    return try #require(run.body, "\(run.everything)")
  }

  private func migrate() throws {
    let migrate = try FestVibesProcess(["migrate"], environment: environment)
    #expect(migrate.status == 0, "\(migrate.error)\(migrate.output)")
  }

  /// Scrapes and loads a date.
  /// - Parameter job: members of the scraper's event.
  private func scrapeAndLoad(
    _ date: String, run: String, _ job: String
  ) throws -> (scraped: [String: Any], loaded: [String: Any]) {
    let scraped = try body("Scraper", #"{"queryStringParameters":{"date":"\#(date)"},"run":"\#(run)",\#(job)}"#)
    let key = try #require(scraped["s3_key"] as? String)
    return (scraped, try body("Loader", #"{"s3_key":"\#(key)","date":"\#(date)","run":"\#(run)"}"#))
  }

  // MARK: Stored content

  private func values(_ query: String) throws -> [String] {
    try connection.query(query, deadline: deadline).map { try $0[0] as String }
  }

  /// Every row of a table, with the columns that the earlier version knew. One of them has another name now.
  private func rows(_ table: String) throws -> [String] {
    let isRenamed = try !values(
      "select column_name::text from information_schema.columns where (table_name, column_name) = ('events', 'last_written')"
    ).isEmpty
    let known = try #require(columns[table])
    let columns = isRenamed ? known.replacing("last_seen", with: "last_written") : known
    return try values("select row::text from (select \(columns) from \(table)) as row order by 1")
  }

  private func contents(of tables: some Sequence<String>) throws -> [String: [String]] {
    Dictionary(uniqueKeysWithValues: try tables.map { ($0, try rows($0)) })
  }

  /// Returns where each row of the content is stored and which transaction wrote it. Two results are equal if nothing was
  /// written in between.
  private func rowVersions() throws -> [String] {
    try LocalStack.contentTables.flatMap { table in
      try values("select '\(table) ' || ctid::text || ' ' || xmin::text from \(table) order by 1")
    }
  }

  private func document(_ date: String, run: String) throws -> NSDictionary {
    let parts = date.split(separator: "-")
    let key = "raw/wwoz/events/year=\(parts[0])/month=\(parts[1])/day=\(parts[2])/events_\(date)_\(run).json"
    let object = try JSONSerialization.jsonObject(with: try #require(s3.body(of: key), "\(key)"))
    return try #require(object as? NSDictionary)
  }

  private func cached(_ date: String) throws -> String? {
    let client = RedisClient(RedisSettings(url: try RedisURL(RedisService.url(database: Self.redisDatabase))))
    guard case .bulk(let value) = try client.send(.get("events:\(date)"), deadline: deadline) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  /// Expects that a load has found everything that the date's last load by the earlier version found, and changed nothing.
  private func expectUnchanged(_ loaded: [String: Any], _ date: String) throws {
    let before = try connection.query(
      "select records_found, records_rejected from loads where event_date = '\(date)' and run = 'night-2'",
      deadline: deadline)
    let (found, rejected): (Int, Int) = (try before[0][0], try before[0][1])
    let counts = try #require((loaded["counts"] as? [String: Any])?["events"] as? [String: Int])
    #expect(
      counts == [
        "found": found, "new": 0, "changed": 0, "unchanged": found - rejected, "rejected": rejected, "cancelled": 0,
      ], "\(date)")
    #expect(loaded["status"] as? String == (rejected > 0 ? "partial" : "success"))
  }

  @Test("is migrated without a change to any row (F64)")
  func migration() throws {
    let before = try contents(of: columns.keys)
    #expect(before["events"]?.count == 11)
    #expect(before.values.allSatisfy { !$0.isEmpty })
    try migrate()
    for (table, rows) in before {
      let now = try self.rows(table)
      // Steps that are new are added to the list of the steps that were applied.
      #expect(table == "schema_migrations" ? Set(rows).isSubset(of: now) : rows == now, "\(table)")
    }
  }

  @Test("is replayed from its archives to the same rows, counts, quarantine and cached bytes")
  func replay() throws {
    try migrate()
    let (content, versions) = (try contents(of: LocalStack.contentTables), try rowVersions())
    let openRejections = "select event_date || ' ' || href from rejected_records where resolved_at is null order by 1"
    let open = try values(openRejections)
    #expect(open == ["2026-02-02 /events/369824521"])

    let expected = try JSONDecoder().decode(
      [String: String].self, from: Data(contentsOf: Self.folder.appending(path: "cached.json")))
    for date in Self.dates {
      let (scraped, loaded) = try scrapeAndLoad(date, run: "replay", #""replay":{}"#)
      let (old, new) = (try document(date, run: "night-2"), try document(date, run: "replay"))
      #expect(new["records"] as? NSArray == old["records"] as? NSArray, "\(date)")
      #expect((new["records"] as? NSArray)?.count == scraped["event_count"] as? Int)
      #expect(rejections(new) == rejections(old), "\(date)")
      #expect(scraped["rejected_count"] as? Int == rejections(old).count)
      #expect((scraped["failed_pages"] as? NSArray)?.count == (date == Self.dates[0] ? 1 : 0))
      try expectUnchanged(loaded, date)
      _ = try body("CacheManager", #"{"queryStringParameters":{"date":"\#(date)"}}"#)
      // Nothing was lost; what was added since is the status.
      let added = #""status":"scheduled","#
      #expect(try cached(date).map { $0 == "[]" || $0.contains(added) } == true, "\(date)")
      #expect(try cached(date)?.replacing(added, with: "") == expected["events:\(date)"], "\(date)")
    }
    #expect(site.requests.isEmpty)
    #expect(try rowVersions() == versions)
    #expect(try contents(of: LocalStack.contentTables) == content)
    #expect(try values(openRejections) == open)
    #expect(
      try values("select resolution from rejected_records where raw_key like '%night-2.json'") == ["rejected again"])

    // An older archive of the same dates is superseded by what the earlier version has loaded since.
    for date in Self.dates {
      let (_, loaded) = try scrapeAndLoad(date, run: "older", #""replay":{"run":"night-1"}"#)
      #expect(loaded["status"] as? String == "superseded", "\(date)")
      let (old, new) = (try document(date, run: "night-1"), try document(date, run: "older"))
      #expect(new["records"] as? NSArray == old["records"] as? NSArray, "\(date)")
    }
    #expect(try rowVersions() == versions)
  }

  /// Returns a document's rejected rows without the reasons, which are texts for people.
  private func rejections(_ document: NSDictionary) -> [[String]] {
    (document["rejected"] as? [[String: String]] ?? []).map { [$0["href"] ?? "", $0["text"] ?? ""] }
  }

  @Test("has pages that a live run requests conditionally, and keeps when the source confirms them")
  func pages() throws {
    try migrate()
    let versions = try rowVersions()
    for date in Self.dates {
      let before = site.requests.count
      let started = RFC3339.utc(Date())
      let (scraped, loaded) = try scrapeAndLoad(date, run: "live", #""started":"\#(started)","sharing":1"#)
      let pages = try #require(scraped["pages"] as? [String: Int])
      let requests = site.requests.dropFirst(before)
      let conditional = requests.count { $0.header("If-None-Match") != nil }
      let missing = date == Self.dates[0] ? 1 : 0
      #expect(conditional > (date == Self.dates[2] ? 1 : 5), "\(date)")
      #expect(requests.count - conditional == missing, "\(date)")
      #expect(pages["validated"] == conditional)
      #expect(pages["fetched"] == missing)
      #expect(pages["failed"] == missing)
      let (old, new) = (try document(date, run: "night-2"), try document(date, run: "live"))
      #expect(withoutTimes(new) == withoutTimes(old), "\(date)")
      try expectUnchanged(loaded, date)
    }
    #expect(try rowVersions() == versions)
  }

  /// Returns a document's records without the times at which their pages were read.
  private func withoutTimes(_ document: NSDictionary) -> [NSDictionary] {
    (document["records"] as? [[String: Any]] ?? []).map { record in
      record.filter { ["artist_data", "venue_data", "event_data", "performance_time"].contains($0.key) } as NSDictionary
    }
  }

  @Test("has a run that was never closed, which can be closed now")
  func openRun() throws {
    try migrate()
    let opened = try connection.query("select started_at from etl_runs where run = 'night-3'", deadline: deadline)
    let started = RFC3339.utc(try opened[0][0] as Date)
    let response = try body(
      "Loader",
      """
      {"ledger":{"run":"night-3","closed":{"trigger":"schedule","started_at":"\(started)",
      "dates":["2026-02-01","2026-02-02","2026-02-03"],"ended_at":"\(RFC3339.utc(Date()))",
      "error":"States.Timeout","cause":"it took too long"}}}
      """)
    #expect((response["ledger"] as? [String: Any])?["status"] as? String == "failed")
    let runs = try values("select concat_ws(' ', run, status, error) from etl_runs order by 1")
    #expect(runs == ["night-1 partial", "night-2 partial", "night-3 failed States.Timeout"])
  }
}
