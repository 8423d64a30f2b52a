import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// The loader's process is killed at the worst moments and started again: its document is loaded once, or not at all.
@Suite("A loader that is killed", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class LoaderKillTests {
  private static let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_nightly.json"
  private static let event = #"{"s3_key":"\#(key)","date":"2024-05-31","run":"nightly"}"#
  private static let closing =
    #"{"ledger":{"run":"nightly","closed":{"trigger":"manual","started_at":"2024-05-31T08:00:00Z","dates":["2024-05-31"],"ended_at":"2024-05-31T08:01:00Z","failed_dates":[]}}}"#

  private let database: TestDatabase
  private let connection: PostgresConnection
  private let store: ScriptedServer
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  init() throws {
    database = try TestDatabase(migrated: true)
    connection = try database.connect()
    let good = (1...20).map { number in
      #"{"artist_data":{"name":"Artist \#(number)"},"venue_data":{"name":"Blue Nile"},"event_data":{"event_date":"2024-05-31","wwoz_event_href":"/events/\#(number)"},"scrape_time":""}"#
    }
    let bad =
      #"{"artist_data":{"name":"Nobody"},"event_data":{"event_date":"2024-05-31","wwoz_event_href":"/events/0"}}"#
    let document =
      #"{"ingestion_result":{"success":true,"source":"wwoz"},"records":[\#((good + [bad]).joined(separator: ","))]}"#
    store = try ScriptedServer { _ in .http(200, [("ETag", #""1""#)], document) }
  }

  /// A loader's process, and the runtime API that gives it one event.
  private final class Invocation {
    let process: ChildProcess
    private let api: ScriptedServer
    private let hasResponded: DispatchSemaphore

    /// - Parameter confirms: true if the runtime API confirms the loader's response; otherwise the loader waits for it.
    init(_ event: String, database: String, store: String, confirms: Bool = true) throws {
      let isGiven = Locked(false)
      let hasResponded = DispatchSemaphore(value: 0)
      self.hasResponded = hasResponded
      api = try ScriptedServer { request in
        if request.target.hasSuffix("/next") {
          guard
            !isGiven.change({ isGiven in
              defer { isGiven = true }
              return isGiven
            })
          else { return .http(200, [], "", delay: 60) }
          let end = Int((Date().timeIntervalSince1970 + 30) * 1000)
          return .http(
            200, [("Lambda-Runtime-Aws-Request-Id", "1"), ("Lambda-Runtime-Deadline-Ms", "\(end)")], event)
        }
        if request.target.hasSuffix("/response") { hasResponded.signal() }
        return .http(202, [], "", delay: confirms ? 0 : 60)
      }
      process = try ChildProcess(
        Binaries.path(of: "Loader"),
        environment: [
          "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(api.port)", "PG_DATABASE_URL": database,
          "AWS_ENDPOINT_URL_S3": store, "S3_BUCKET_NAME": "bucket", "S3_REGION": "us-east-1",
          "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B",
        ])
    }

    func waitForResponse() -> Bool { hasResponded.wait(timeout: .now() + 30) == .success }

    func kill() {
      process.signal(SIGKILL)
      process.wait()
      api.stop()
    }
  }

  private func start(_ event: String = event, confirms: Bool = true) throws -> Invocation {
    try Invocation(event, database: database.url, store: store.url, confirms: confirms)
  }

  private func run(_ event: String = event) throws {
    let loader = try start(event)
    #expect(loader.waitForResponse())
    loader.kill()
  }

  /// Waits until the loader has the given number of connections in a state.
  private func waitForLoaders(_ count: Int, where condition: String = "true") throws {
    for _ in 0..<5000 {
      let rows = try connection.query(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and application_name = 'festvibes-loader' and \(condition)
        """, deadline: deadline)
      if try rows[0][0] == count { return }
      SystemTime().sleep(for: .milliseconds(5))
    }
    Issue.record("the loader never had \(count) connections where \(condition)")
  }

  private func lines(_ columns: String, _ tables: String) throws -> [String] {
    try connection.query("select concat_ws('|', \(columns)) from \(tables)", deadline: deadline).map { try $0[0] }
  }

  /// Expects the load with all its rows, every row with its load, and each event once.
  private func checkLoaded() throws {
    #expect(
      try lines("run, records_found, records_new, records_unchanged, records_rejected", "loads") == [
        "nightly|21|20|0|1"
      ])
    #expect(try lines("count(*)", "events join loads on loads.id = events.load_id") == ["20"])
    #expect(try lines("count(*)", "events") == ["20"])
    #expect(try lines("count(*)", "rejected_records join loads on loads.id = rejected_records.load_id") == ["1"])
    try run(Self.closing)
    #expect(
      try lines("status, dates_loaded, records_found, records_new, records_rejected", "etl_runs") == [
        "partial|1|21|20|1"
      ])
  }

  @Test(
    "while it waits to write a table, has written nothing, not even the row of its load",
    arguments: ["loads", "events", "rejected_records"])
  func midway(_ table: String) throws {
    try run(
      #"{"ledger":{"run":"other","opened":{"trigger":"manual","started_at":"2024-05-31T08:00:00Z","dates":["2024-05-31"]}}}"#
    )
    try connection.execute(script: "delete from etl_runs", deadline: deadline)
    // This lock lets readers continue and makes writers wait.
    let other = try database.connect()
    try other.transaction(deadline: deadline) {
      try other.query("lock table \(table) in exclusive mode", deadline: deadline)
      let loader = try start()
      try waitForLoaders(1, where: "wait_event_type = 'Lock'")
      loader.kill()
    }
    try waitForLoaders(0)
    for table in ["loads", "events", "venues", "artists", "rejected_records"] {
      #expect(try lines("count(*)", table) == ["0"], "\(table)")
    }
    try run()
    try checkLoaded()
  }

  @Test(
    "after its commit, before its response is confirmed, has loaded; a second load changes nothing and is not counted")
  func unconfirmed() throws {
    let loader = try start(confirms: false)
    #expect(loader.waitForResponse())
    loader.kill()
    try waitForLoaders(0)
    let before = try lines("ctid, xmin", "events order by ctid")
    try run()
    #expect(try lines("ctid, xmin", "events order by ctid") == before)
    try checkLoaded()
  }
}
