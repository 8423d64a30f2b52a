import ConcertsSink
import Contracts
import Definitions
import Foundation
import JSON
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import PostgresSink

/// The tests of the sink that need a server. Each test has its own database.
@Suite("Postgres sink", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
enum PostgresSinkTests {
  static func within(_ duration: Duration = .seconds(30)) -> Deadline { Deadline(after: duration, on: SystemTime()) }

  static let dataset = makeDataset("markets")

  static func makeDataset(_ id: String) -> Dataset {
    Dataset(id: id, dataType: "items", timeZone: "UTC", extractor: "none", sinks: ["postgres"])
  }

  static let prices = """
    table: prices
    key: [id]
    columns:
      id: text
      price: {type: "numeric(12,2)", check: price >= 0, summary: the price}
      rank: integer
      seen: timestamptz
    """

  /// Makes a sink from the YAML of its section.
  static func makeSink(
    _ url: String, _ yaml: String = prices, dataset: Dataset = dataset,
    applicationName: String = "tests", time: any TimeSource = SystemTime()
  ) throws -> PostgresSink {
    let database = try Database(
      url: url, migrations: ConcertsSink.migrations, applicationName: applicationName, time: time)
    return try PostgresSink(database, dataset: dataset, section: section(yaml), time: time)
  }

  /// Reads a section as the loader does.
  static func section(_ yaml: String) throws -> Section {
    let (definition, problems) = read(yaml)
    guard let section = definition?.sinks.first else { throw Problems(texts: problems) }
    return section
  }

  struct Problems: Error { let texts: [String] }

  static func read(_ yaml: String) -> (Definition?, [String]) {
    let lines = yaml.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    let text = "dataset_id: markets\ndata_type: items\nextract: {}\nload:\n  plugin: postgres\n\(lines)\n"
    let (definition, problems) = Definition.read(
      Array(text.utf8), file: "x.yaml", plugins: KnownPlugins(load: [PostgresSink.form])
    ) { _, _ in nil }
    return (definition, problems.map(\.description))
  }

  /// Returns an extract document.
  static func makeDocument(
    _ records: String, listed: String? = "2024-05-31T08:00:00.000Z", isComplete: Bool? = nil, rejected: String = "[]"
  ) -> Data {
    let time = listed.map { #","timestamp":"\#($0)""# } ?? ""
    let complete = isComplete.map { #","complete":\#($0)"# } ?? ""
    return Data(
      #"{"ingestion_result":{"success":true,"source":"markets"\#(time)\#(complete)},"records":\#(records),"rejected":\#(rejected)}"#
        .utf8)
  }

  static func makeTarget(
    _ key: String = "raw/1.json", item: String = "all", run: String? = "r1", dataset: Dataset = dataset,
    allowsShrinkage: Bool = false
  ) throws -> LoadTarget {
    LoadTarget(
      dataset: dataset, item: try WorkItem(id: item), key: key, run: run, allowsShrinkage: allowsShrinkage)
  }

  /// Returns the error that `work` throws.
  static func failure(_ work: () throws -> Void) -> PipelineError? {
    do {
      try work()
      return nil
    } catch {
      return error as? PipelineError
    }
  }
}

/// A suite of which each test has a database with a sink and a ledger.
class TableSuite {
  /// False for a suite whose tests migrate it themselves.
  class var isMigrated: Bool { true }

  let testDatabase: TestDatabase
  let connection: PostgresConnection
  var sink: PostgresSink
  private var loads = 0

  init() throws {
    testDatabase = try TestDatabase(migrated: Self.isMigrated)
    connection = try testDatabase.connect()
    sink = try PostgresSinkTests.makeSink(testDatabase.url)
  }

  /// Replaces the sink, as a new version of the definition does.
  func declare(_ yaml: String, dataset: Dataset = PostgresSinkTests.dataset) throws {
    sink = try PostgresSinkTests.makeSink(testDatabase.url, yaml, dataset: dataset)
  }

  /// Loads records under a key of their own, a second later than the ones before.
  @discardableResult
  func load(
    _ records: String, item: String = "all", key: String? = nil, isComplete: Bool? = nil, rejected: String = "[]",
    at second: Int? = nil, allowsShrinkage: Bool = false
  ) throws -> LoadReport {
    loads += 1
    let second = second ?? loads
    let time =
      "2024-05-31T08:\(second / 60 < 10 ? "0" : "")\(second / 60):\(second % 60 < 10 ? "0" : "")\(second % 60).000Z"
    return try sink.load(
      PostgresSinkTests.makeDocument(records, listed: time, isComplete: isComplete, rejected: rejected),
      for: PostgresSinkTests.makeTarget(
        key ?? "raw/\(loads).json", item: item, run: "r\(loads)", dataset: sink.dataset,
        allowsShrinkage: allowsShrinkage),
      deadline: PostgresSinkTests.within(.seconds(60)))
  }

  func lines(_ columns: String, _ rest: String = "prices order by id") throws -> [String] {
    try connection.query("select concat_ws('|', \(columns)) from \(rest)", deadline: PostgresSinkTests.within()).map {
      try $0[0]
    }
  }

  func count(_ table: String) throws -> Int {
    try connection.query("select count(*) from \(table)", deadline: PostgresSinkTests.within())[0][0]
  }

  func run(_ sql: String) throws { try connection.execute(script: sql, deadline: PostgresSinkTests.within()) }

  /// Returns the location of each row and the transactions that wrote or locked it: equal if no row was touched.
  func versions(_ table: String = "prices") throws -> [String] {
    try lines("ctid, xmin, xmax", "\(table) order by ctid")
  }
}
