import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

/// The tests of the ledger that need a server. Each test has its own database.
@Suite("Ledger", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum LedgerTests {
  /// Returns a deadline in real time.
  static func within(_ duration: Duration = .seconds(30)) -> Deadline { Deadline(after: duration, on: SystemTime()) }

  static let testDate = CalendarDate(daysSinceEpoch: 19_874)  // 2024-05-31
  static let start = Date(timeIntervalSince1970: 1_717_142_400)
  static let dataset = makeDataset("test")

  static func makeDataset(_ id: String) -> Dataset {
    Dataset(id: id, dataType: "items", timeZone: "America/Chicago", extractor: "none", sinks: [])
  }

  static func makeDatabase(_ url: String) throws -> Database {
    try Database(url: url, migrations: ConcertsSink.migrations)
  }

  /// Returns the name of the error that `work` throws.
  static func failureName(_ work: () throws -> Void) -> PipelineError.Name? {
    do {
      try work()
      return nil
    } catch {
      return (error as? PipelineError)?.name
    }
  }
}

/// A suite of which each test has a database with a ledger.
class LedgerSuite {
  /// False for a suite whose tests migrate it themselves.
  class var isMigrated: Bool { true }

  let testDatabase: TestDatabase
  let connection: PostgresConnection
  let database: Database
  let ledger: Ledger
  let items = (0..<3).map { WorkItem(date: LedgerTests.testDate.adding(days: $0)) }

  init() throws {
    testDatabase = try TestDatabase(migrated: Self.isMigrated)
    connection = try testDatabase.connect()
    database = try LedgerTests.makeDatabase(testDatabase.url)
    ledger = Ledger(database)
  }

  /// Returns another process's view of the database.
  func makeDatabase() throws -> Database { try LedgerTests.makeDatabase(testDatabase.url) }

  var opening: RunOpening { RunOpening(trigger: .schedule, startedAt: LedgerTests.start, items: items) }

  func opened() -> LedgerEvent { .opened(opening) }

  func failed(_ item: WorkItem, error: String = "SourceChanged", after seconds: Double = 5) -> LedgerEvent {
    .failed(
      ItemFailure(
        item: item, stage: .scrape, error: error, cause: #"{"errorMessage":"no frame"}"#,
        failedAt: LedgerTests.start + seconds))
  }

  func closed(failing failedItems: [WorkItem] = [], after seconds: Double = 60) -> LedgerEvent {
    .closed(
      RunClosing(
        opening: opening, endedAt: LedgerTests.start + seconds,
        outcome: .finished(failedItems: failedItems.map(\.id))))
  }

  @discardableResult
  func record(_ event: LedgerEvent, run: String = "run-1") throws -> RunRecord? {
    try ledger.record(event, ofRun: run, in: LedgerTests.dataset, deadline: LedgerTests.within())
  }

  static func target(_ item: WorkItem, run: String = "run-1", key: String? = nil) -> LoadTarget {
    LoadTarget(dataset: LedgerTests.dataset, item: item, key: key ?? "raw/\(item)_\(run).json", run: run)
  }

  /// Records a load of two records.
  /// - Parameter rejecting: rejects the second.
  func load(_ item: WorkItem, run: String = "run-1", rejecting: Bool = false, listedAt: Date? = nil) throws {
    let report = LoadReport(
      records: RecordCounts(found: 2, new: rejecting ? 1 : 2, rejected: rejecting ? 1 : 0),
      rejections: rejecting ? [.init(position: 1, reason: "no name", key: "/2")] : [], listedAt: listedAt)
    try ledger.recordLoad(
      report, of: Data(#"{"records": [1, {"n": 2}]}"#.utf8), for: Self.target(item, run: run),
      deadline: LedgerTests.within())
  }

  /// Returns the runs and failures as lines of text.
  func rows() throws -> [String] {
    try connection.lines(
      "run, trigger, status, dates_loaded, records_found, records_new, records_changed, records_unchanged, "
        + "records_rejected, records_cancelled, error", from: "etl_runs order by run")
      + connection.lines("run, item, stage, error", from: "etl_failures order by run, item")
  }
}

extension PostgresConnection {
  /// Returns rows as lines of text, with `|` between the columns; null is left out.
  func lines(_ columns: String, from tables: String) throws -> [String] {
    try query("select concat_ws('|', \(columns)) from \(tables)", deadline: LedgerTests.within()).map { try $0[0] }
  }

  func count(_ table: String) throws -> Int {
    try query("select count(*) from \(table)", deadline: LedgerTests.within())[0][0]
  }
}
