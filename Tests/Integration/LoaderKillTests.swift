import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// The loader's process, killed where it hurts most, and started again: what it was to load is there once, or not at all.
@Suite("A loader that is killed", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class LoaderKillTests {
  private static let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_night.json"
  private static let event = #"{"s3_key":"\#(key)","date":"2024-05-31","run":"night"}"#
  private static let closing =
    #"{"ledger":{"run":"night","closed":{"trigger":"manual","started_at":"2024-05-31T08:00:00Z","dates":["2024-05-31"],"ended_at":"2024-05-31T08:01:00Z","failed_dates":[]}}}"#
  private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "Loader").path

  private let database: TestDatabase
  private let connection: PostgresConnection
  private let store: ScriptedServer
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  init() throws {
    database = try TestDatabase()
    connection = try database.connect()
    let good = (1...20).map { number in
      #"{"artist_data":{"name":"Act \#(number)"},"venue_data":{"name":"Blue Nile"},"event_data":{"event_date":"2024-05-31","wwoz_event_href":"/events/\#(number)"},"scrape_time":""}"#
    }
    let bad =
      #"{"artist_data":{"name":"Nobody"},"event_data":{"event_date":"2024-05-31","wwoz_event_href":"/events/0"}}"#
    let document =
      #"{"ingestion_result":{"success":true,"source":"wwoz"},"records":[\#((good + [bad]).joined(separator: ","))]}"#
    store = try ScriptedServer { _ in .http(200, [("ETag", #""1""#)], document) }
  }

  /// A loader with one event, and the runtime API that gives it.
  private final class Invocation {
    let process: ChildProcess
    private let api: ScriptedServer
    private let answered: DispatchSemaphore

    /// - Parameter takesAnswers: else the answer comes, but the loader never hears that it has.
    init(_ event: String, database: String, store: String, takesAnswers: Bool = true) throws {
      let asked = Locked(false)
      let answered = DispatchSemaphore(value: 0)
      self.answered = answered
      api = try ScriptedServer { request in
        if request.target.hasSuffix("/next") {
          guard
            !asked.change({ isAsked in
              defer { isAsked = true }
              return isAsked
            })
          else { return .http(200, [], "", delay: 60) }
          let end = Int((Date().timeIntervalSince1970 + 30) * 1000)
          return .http(
            200, [("Lambda-Runtime-Aws-Request-Id", "1"), ("Lambda-Runtime-Deadline-Ms", "\(end)")], event)
        }
        if request.target.hasSuffix("/response") { answered.signal() }
        return .http(202, [], "", delay: takesAnswers ? 0 : 60)
      }
      process = try ChildProcess(
        LoaderKillTests.program,
        environment: [
          "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(api.port)", "PG_DATABASE_URL": database,
          "AWS_ENDPOINT_URL_S3": store, "S3_BUCKET_NAME": "bucket", "S3_REGION": "us-east-1",
          "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B",
        ])
    }

    func waitForAnswer() -> Bool { answered.wait(timeout: .now() + 30) == .success }

    func kill() {
      process.signal(SIGKILL)
      process.wait()
      api.stop()
    }
  }

  private func start(_ event: String = event, takesAnswers: Bool = true) throws -> Invocation {
    try Invocation(event, database: database.url, store: store.url, takesAnswers: takesAnswers)
  }

  private func run(_ event: String = event) throws {
    let loader = try start(event)
    #expect(loader.waitForAnswer())
    loader.kill()
  }

  /// Until so many of the loader's connections are there, in this state.
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
    Issue.record("the loader's connections did not come to be \(count) where \(condition)")
  }

  private func lines(_ columns: String, _ tables: String) throws -> [String] {
    try connection.query("select concat_ws('|', \(columns)) from \(tables)", deadline: deadline).map { try $0[0] }
  }

  /// Every load has its data, all data its load, and each event is there once.
  private func checkLoaded() throws {
    #expect(
      try lines("run, records_found, records_new, records_unchanged, records_rejected", "loads") == ["night|21|20|0|1"])
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
    "while it waits to write a table has written nothing, its load's row neither",
    arguments: ["loads", "events", "rejected_records"])
  func midway(_ table: String) throws {
    try run(
      #"{"ledger":{"run":"other","opened":{"trigger":"manual","started_at":"2024-05-31T08:00:00Z","dates":["2024-05-31"]}}}"#
    )
    try connection.execute(script: "delete from etl_runs", deadline: deadline)
    // Reading goes on under this lock, writing waits.
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

  @Test("after its commit, before its answer was heard, has loaded; once more changes nothing and counts once")
  func unheard() throws {
    let loader = try start(takesAnswers: false)
    #expect(loader.waitForAnswer())
    loader.kill()
    try waitForLoaders(0)
    let before = try lines("ctid, xmin", "events order by ctid")
    try run()
    #expect(try lines("ctid, xmin", "events order by ctid") == before)
    try checkLoaded()
  }
}
