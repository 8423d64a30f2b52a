import Foundation
import Postgres
import TestSupport

/// A dataset of a test, whose items are no dates, with functions and a state machine of its own on the local stack. Its
/// source is a folder with a CSV file for each item.
final class DatasetCopy {
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

  let id: String
  let folder: URL
  private let environment: [String: String]

  /// The place of an item's file.
  func file(_ city: String) -> URL { folder.appending(path: "\(id)/data/\(city).csv") }

  /// - Parameter plan: the section `plan` of the definition, in YAML.
  init(plan: String, environment: [String: String]) throws {
    let suffix = UUID().uuidString.prefix(8).lowercased()
    id = "prices_\(suffix)"
    folder = FileManager.default.temporaryDirectory.appending(path: "datasets-\(suffix)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "\(id)/data"), withIntermediateDirectories: true)
    let definition = """
      dataset_id: \(id)
      data_type: prices
      plan: \(plan)
      extract: {plugin: file, path: "data/{city}.csv"}
      parse: {plugin: csv}
      load:
        plugin: postgres
        table: \(id)
        key: [sku]
        columns: {sku: text, price: {type: numeric, check: price >= 0}}

      """
    try Data(definition.utf8).write(to: folder.appending(path: "\(id)/dataset.yaml"))
    // Commands on another dataset find it.
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "wwoz"), withDestinationURL: Self.root.appending(path: "statemachine/datasets/wwoz"))
    var copied = environment
    copied["DATASETS_DIR"] = folder.path
    copied["STATE_MACHINE_ARN"] = try Self.deploy([id, folder.path], environment)
    self.environment = copied
  }

  deinit {
    _ = try? Self.deploy([id], environment)
    try? FileManager.default.removeItem(at: folder)
  }

  /// Writes an item's file: the prices of some goods.
  func write(_ city: String, _ rows: String...) throws {
    try Data((["sku,price"] + rows).joined(separator: "\n").appending("\n").utf8).write(to: file(city))
  }

  func festvibes(_ arguments: String...) throws -> FestVibesProcess { try run(arguments) }

  /// Runs a command on the dataset.
  func run(_ arguments: [String]) throws -> FestVibesProcess {
    try FestVibesProcess(arguments + ["--dataset", id], environment: environment)
  }

  private struct Failure: Error { let text: String }

  /// Runs deploy_copy.py.
  private static func deploy(_ arguments: [String], _ environment: [String: String]) throws -> String {
    let process = Process()
    process.executableURL = root.appending(path: ".local/venv/bin/python")
    process.arguments = [root.appending(path: "Tests/Integration/deploy_copy.py").path] + arguments
    process.environment = environment.merging(["PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(text: text) }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
