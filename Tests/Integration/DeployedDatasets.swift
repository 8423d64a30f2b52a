import Foundation
import Postgres
import TestSupport

/// Datasets of a test, with functions, a state machine and a database of their own on the local stack: other tests empty
/// the stack's database, or close it.
final class DeployedDatasets {
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

  /// The folder of the definitions.
  let folder: URL
  /// The environment of commands on these datasets.
  let environment: [String: String]
  let database: PostgresConnection
  /// The name of a function of the deployment, without `-scraper` and the like.
  let name: String
  private let own: TestDatabase

  /// - Parameters:
  ///   - definitions: the texts of the definitions, by the datasets' ids.
  ///   - variables: variables of the functions and of the commands, beside those of the stack.
  ///   - environment: the environment of the stack.
  init(_ definitions: [String: String], variables: [String: String] = [:], environment: [String: String]) throws {
    name = "copy-\(UUID().uuidString.prefix(8).lowercased())"
    folder = FileManager.default.temporaryDirectory.appending(path: "datasets-\(name)")
    own = try TestDatabase(migrated: true)
    database = try own.connect()
    for (id, text) in definitions {
      try FileManager.default.createDirectory(at: folder.appending(path: id), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: folder.appending(path: "\(id)/dataset.yaml"))
    }
    // Commands on another dataset find it.
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "wwoz"), withDestinationURL: Self.root.appending(path: "statemachine/datasets/wwoz"))
    var copied = environment.merging(variables) { $1 }
    copied["DATASETS_DIR"] = folder.path
    copied["PG_DATABASE_URL"] = own.url
    copied["STATE_MACHINE_ARN"] = try Self.deploy([name, folder.path] + variables.keys, copied)
    self.environment = copied
  }

  deinit {
    _ = try? Self.deploy([name], environment)
    try? FileManager.default.removeItem(at: folder)
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
