import AWS
import Contracts
import EventCache
import EventRecords
import Foundation
import Postgres
import TestSupport
import Time

/// The stack that `make test` starts, through the interfaces that production has too: Step Functions, Postgres and Redis.
struct LocalStack {
  static let environment = ProcessInfo.processInfo.environment
  static let isUp = environment["STATE_MACHINE_ARN"] != nil && environment["TEST_SITE_PORT"] != nil
  /// The port on which the functions expect their source.
  static let sitePort = environment["TEST_SITE_PORT"] ?? ""
  /// The tables of what the source publishes.
  static let contentTables = [
    "venues", "artists", "genres", "events", "venue_artists", "venue_genres", "artist_genres", "event_genres",
    "artist_relations",
  ]
  private static let ledgerTables = ["loads", "rejected_records", "etl_runs", "etl_failures"]

  /// The environment that the stack gives its functions, for a function that a test starts itself.
  static var functionEnvironment: [String: String] {
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

  /// An execution that has ended, with the executions of its items.
  struct Run {
    let execution: Execution
    /// By item id, such as `2024-05-31`.
    let items: [String: Execution]

    /// The run's summary.
    var summary: [String: Any]? { Self.object(execution.output) }

    /// Returns a number of an item's summary.
    func count(_ name: String, _ item: String) -> Int? { result(of: item)?[name] as? Int }

    /// Returns the summary of an item; nil if the item has none.
    func result(of item: String) -> [String: Any]? { Self.object(items[item]?.output) }

    private static func object(_ text: String?) -> [String: Any]? {
      text.flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }
  }

  /// Runs the state machine to its end.
  func run(from start: String, to end: String) throws -> Run {
    try finish(self.start(#"{"start_date":"\#(start)","end_date":"\#(end)"}"#))
  }

  /// Starts the state machine.
  /// - Parameter input: its input, a JSON object.
  /// - Returns: the execution's ARN.
  func start(_ input: String) throws -> String {
    try steps.startExecution(of: stateMachine, name: "test-\(UUID().uuidString)", input: input, deadline: deadline)
  }

  /// Waits for the end of an execution.
  func finish(_ arn: String) throws -> Run {
    let deadline = deadline
    var execution = try steps.describeExecution(arn, deadline: deadline)
    while !execution.status.isFinal {
      time.sleep(for: .milliseconds(100))
      execution = try steps.describeExecution(arn, deadline: deadline)
    }
    var items: [String: Execution] = [:]
    for mapRun in try steps.listMapRuns(of: arn, deadline: deadline) {
      for child in try steps.listExecutions(of: .mapRun(mapRun), limit: 1000, deadline: deadline) {
        let child = try steps.describeExecution(child.executionArn, deadline: deadline)
        struct Input: Decodable { let item: WorkItem }
        let input = try JSONDecoder().decode(Input.self, from: Data((child.input ?? "").utf8))
        items[input.item.id] = child
      }
    }
    return Run(execution: execution, items: items)
  }

  /// Returns the events of a cached day; nil if the day is not cached.
  func cached(_ date: String) throws -> [EventRecord]? {
    guard let day = CalendarDate(date), let value = try cachedBytes(day) else { return nil }
    return try JSONDecoder().decode([EventRecord].self, from: value)
  }

  func cachedBytes(_ date: CalendarDate) throws -> Data? {
    let settings = EventCacheSettings(url: redisURL, authorities: Self.environment["REDIS_CA_FILE"])
    return try EventCache(settings, zone: Dataset.wwoz.timeZoneRules()).read(date, deadline: deadline)
  }

  /// Returns, for every row of the content's tables, where it is stored and which transaction wrote it last. Two equal
  /// snapshots mean that nothing was written in between.
  func rowVersions() throws -> Set<String> { try rowVersions(of: Self.contentTables) }

  /// Returns the same for the content and the ledger: everything in the database that a run can change.
  func allRowVersions() throws -> Set<String> { try rowVersions(of: Self.contentTables + Self.ledgerTables) }

  private func rowVersions(of tables: [String]) throws -> Set<String> {
    var versions: Set<String> = []
    for table in tables {
      let rows = try database.query(
        "select ctid::text || ' ' || xmin::text as version from \(table)", deadline: deadline)
      for row in rows { versions.insert("\(table) \(try row["version"] as String)") }
    }
    return versions
  }

  /// Removes what earlier tests have loaded.
  func empty() throws {
    let tables = try database.query(
      "select string_agg(quote_ident(tablename), ', ') as names from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'",
      deadline: deadline)
    if let names = try tables.first?["names"] as String? {
      try database.query("truncate \(names) restart identity cascade", deadline: deadline)
    }
  }
}
