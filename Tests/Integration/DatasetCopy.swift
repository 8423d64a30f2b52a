import Foundation
import Postgres
import TestSupport

/// A dataset of a test, whose items are no dates, with functions, a state machine and a database of its own on the local
/// stack. Its source is a folder with a CSV file for each item.
final class DatasetCopy {
  let id: String
  private let deployed: DeployedDatasets

  var folder: URL { deployed.folder }
  var database: PostgresConnection { deployed.database }

  /// The place of an item's file.
  func file(_ city: String) -> URL { folder.appending(path: "\(id)/data/\(city).csv") }

  /// - Parameters:
  ///   - plan: the section `plan` of the definition, in YAML.
  ///   - lock: the section `lock`.
  ///   - expect: the section `expect`.
  init(plan: String, lock: String = "null", expect: String = "null", environment: [String: String]) throws {
    id = "prices_\(UUID().uuidString.prefix(8).lowercased())"
    let definition = """
      dataset_id: \(id)
      data_type: prices
      plan: \(plan)
      extract: {plugin: file, path: "data/{city}.csv"}
      parse: {plugin: csv}
      lock: \(lock)
      expect: \(expect)
      load:
        plugin: postgres
        table: \(id)
        key: [sku]
        columns: {sku: text, price: {type: numeric, check: price >= 0}}

      """
    deployed = try DeployedDatasets([id: definition], environment: environment)
    try FileManager.default.createDirectory(
      at: folder.appending(path: "\(id)/data"), withIntermediateDirectories: true)
  }

  /// Writes an item's file: the prices of some goods.
  func write(_ city: String, _ rows: String...) throws {
    try Data((["sku,price"] + rows).joined(separator: "\n").appending("\n").utf8).write(to: file(city))
  }

  /// The name of one of its functions.
  func function(_ name: String) -> String { "\(deployed.name)-\(name)" }

  func festvibes(_ arguments: String...) throws -> FestVibesProcess { try run(arguments) }

  /// Runs a command that takes the dataset as its argument.
  func lock(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(["lock", id] + arguments, environment: deployed.environment)
  }

  /// Runs a command on the dataset.
  func run(_ arguments: [String]) throws -> FestVibesProcess {
    try FestVibesProcess(arguments + ["--dataset", id], environment: deployed.environment)
  }
}
