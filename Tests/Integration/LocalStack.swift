import AWS
import EventCache
import Foundation
import Contracts
import Settings
import EventRecords
import Postgres
import TestSupport
import Time

/// The stack that `make test` has started, seen by the interfaces that production has too: Step Functions, Postgres, Redis.
struct LocalStack {
  static let environment = ProcessInfo.processInfo.environment
  static let isUp = environment["STATE_MACHINE_ARN"] != nil && environment["TEST_SITE_PORT"] != nil
  /// The port on which the functions expect their source.
  static let sitePort = environment["TEST_SITE_PORT"] ?? ""

  /// What the stack gives its functions, for one that a test starts itself.
  static var ofFunctions: [String: String] {
    environment.filter { name, _ in
      name == "BASE_URL" || ["AWS_", "PG_", "REDIS_", "S3_"].contains { name.hasPrefix($0) }
    }
    .merging(["SOURCE_REQUESTS_PER_SECOND": "100000"]) { $1 }
  }

  let steps: StepFunctionsClient
  let database: PostgresConnection
  private let stateMachine: String
  private let redisURL: String
  private let time = SystemTime()

  var deadline: Deadline { Deadline(after: .seconds(240), on: time) }

  init() throws {
    let session = try AWSSession(environment: Self.environment)
    steps = try StepFunctionsClient(session)
    stateMachine = Self.environment["STATE_MACHINE_ARN"] ?? ""
    redisURL = Self.environment["REDIS_URL"] ?? ""
    database = PostgresConnection(
      try PostgresURL(Self.environment["PG_DATABASE_URL"] ?? ""), applicationName: "tests")
  }

  /// What came of an execution, and of each date of it.
  struct Night {
    let execution: Execution
    /// By date, `2024-05-31`.
    let dates: [String: Execution]

    /// A number of a date's summary.
    func count(_ name: String, _ date: String) throws -> Int? {
      guard let output = dates[date]?.output else { return nil }
      return (try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])?[name] as? Int
    }
  }

  /// Runs the state machine to its end.
  func night(from start: String, to end: String) throws -> Night { try finish(begin(from: start, to: end)) }

  /// Starts the state machine.
  /// - Parameter more: members of its input.
  /// - Returns: the execution's ARN.
  func begin(from start: String, to end: String, _ more: String = "") throws -> String {
    try steps.startExecution(
      of: stateMachine, name: "test-\(UUID().uuidString)",
      input: #"{"start_date":"\#(start)","end_date":"\#(end)"\#(more)}"#, deadline: deadline)
  }

  func finish(_ arn: String) throws -> Night {
    let deadline = deadline
    var execution = try steps.describeExecution(arn, deadline: deadline)
    while !execution.status.isFinal {
      time.sleep(for: .milliseconds(100))
      execution = try steps.describeExecution(arn, deadline: deadline)
    }
    var dates: [String: Execution] = [:]
    for mapRun in try steps.listMapRuns(of: arn, deadline: deadline) {
      for child in try steps.listExecutions(of: .mapRun(mapRun), limit: 1000, deadline: deadline) {
        let child = try steps.describeExecution(child.executionArn, deadline: deadline)
        struct Input: Decodable { let date: String }
        let input = try JSONDecoder().decode(Input.self, from: Data((child.input ?? "").utf8))
        dates[input.date] = child
      }
    }
    return Night(execution: execution, dates: dates)
  }

  /// The cached day, nil when there is none.
  func cached(_ date: String) throws -> [EventRecord]? {
    guard let day = CalendarDate(date), let value = try cachedBytes(day) else { return nil }
    return try JSONDecoder().decode([EventRecord].self, from: value)
  }

  func cachedBytes(_ date: CalendarDate) throws -> Data? {
    let settings = EventCacheSettings(url: redisURL, authorities: Self.environment["REDIS_CA_FILE"])
    return try EventCache(settings, zone: Dataset.wwoz.timeZoneRules()).read(date, deadline: deadline)
  }

  /// Every row of every table that holds what the source says, with where it lies and who wrote it last: two equal
  /// snapshots mean that nothing was written in between.
  func rowVersions() throws -> Set<String> {
    var versions: Set<String> = []
    for table in [
      "venues", "artists", "genres", "events", "venue_artists", "venue_genres", "artist_genres", "event_genres",
      "artist_relations",
    ] {
      let rows = try database.query("select ctid::text || ' ' || xmin::text as version from \(table)", deadline: deadline)
      for row in rows { versions.insert("\(table) \(try row["version"] as String)") }
    }
    return versions
  }

  /// Every row of every table of the ledger too, and what else a write would change.
  func everything() throws -> Set<String> {
    var all = try rowVersions()
    for table in ["loads", "rejected_records", "etl_runs", "etl_failures"] {
      let rows = try database.query("select ctid::text || ' ' || xmin::text as version from \(table)", deadline: deadline)
      for row in rows { all.insert("\(table) \(try row["version"] as String)") }
    }
    return all
  }

  /// Removes what earlier tests have loaded and cached.
  func empty() throws {
    let tables = try database.query(
      "select string_agg(quote_ident(tablename), ', ') as names from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'",
      deadline: deadline)
    if let names = try tables.first?["names"] as String? {
      try database.query("truncate \(names) restart identity cascade", deadline: deadline)
    }
  }
}
