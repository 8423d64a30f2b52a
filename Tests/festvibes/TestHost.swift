import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// A dataset of one CSV file, in folders that only this test has.
final class TestHost {
  let folder = FileManager.default.temporaryDirectory.appending(path: "host-\(UUID())")
  let database: TestDatabase

  /// - Parameter kind: the kind of all records, of which the table takes only those; nil for records without one.
  init(_ extra: String = "", kind: String? = nil) throws {
    database = try TestDatabase(migrated: true)
    let dataset = folder.appending(path: "datasets/prices")
    try FileManager.default.createDirectory(at: dataset, withIntermediateDirectories: true)
    let taken = kind.map { ", where: {kind: \($0)}" } ?? ""
    let definition = """
      dataset_id: prices
      data_type: items
      plan: {kind: product, values: {part: [a, b]}}
      extract: {plugin: file, path: "prices_{part}.csv"}
      parse: {plugin: csv}
      load:
        - {plugin: postgres, table: prices, key: [id], columns: {id: text, price: numeric}, on_unknown_field: ignore\(taken)}
      \(extra)
      """
    try Data(definition.utf8).write(to: dataset.appending(path: "dataset.yaml"))
    for part in ["a", "b"] {
      let rows = ["id,price", "\(part)1,1.5", "\(part)2,2.5"].enumerated().map { index, row in
        row + (kind.map { index == 0 ? ",kind" : ",\($0)" } ?? "") + "\n"
      }
      try Data(rows.joined().utf8).write(to: dataset.appending(path: "prices_\(part).csv"))
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var environment: [String: String] {
    [
      "PG_DATABASE_URL": database.url, "DATASETS_DIR": folder.appending(path: "datasets").path,
      "RAW_FOLDER": folder.appending(path: "raw").path, "DATASET_ID": "prices", "PATH": "/usr/bin:/bin",
    ]
  }

  func run(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(["run", "--in-process"] + arguments, environment: environment)
  }

  /// A process in the background, whose output goes into a file.
  func start(_ arguments: String..., log: String) throws -> ChildProcess {
    try ChildProcess(
      FestVibesProcess.binary.path, ["run", "--in-process"] + arguments, environment: environment,
      output: folder.appending(path: log).path)
  }

  func log(_ name: String) -> String {
    (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
  }

  /// Returns the runs that have loaded an item twice.
  func repeatedLoads() throws -> [String] {
    try database.connect().query(
      "select run from loads group by run, item having count(*) > 1",
      deadline: Deadline(after: .seconds(20), on: SystemTime())
    ).map { try $0["run"] }
  }

  /// Returns the runs by name.
  func runs() throws -> [String: (status: String, error: String?, aborted: [String]?, notTried: [String]?)] {
    let rows = try database.connect().query(
      """
      select run, status, error, array_to_string(items_aborted, ' ') as aborted,
        array_to_string(items_not_tried, ' ') as not_tried
      from etl_runs
      """, deadline: Deadline(after: .seconds(20), on: SystemTime()))
    var runs: [String: (status: String, error: String?, aborted: [String]?, notTried: [String]?)] = [:]
    for row in rows {
      let aborted: String? = try row["aborted"]
      let notTried: String? = try row["not_tried"]
      runs[try row["run"]] = (
        try row["status"], try row["error"], aborted?.split(separator: " ").map(String.init),
        notTried?.split(separator: " ").map(String.init)
      )
    }
    return runs
  }

  func wait(for condition: () throws -> Bool) throws {
    let end = Date() + 60
    while try !condition() {
      try #require(Date() < end, "waited for a minute")
      usleep(20_000)
    }
  }
}
