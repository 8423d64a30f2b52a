import Foundation
import JSON
import TestSupport
import Testing

/// A folder that goes with the test that has it.
private final class NewDatasetFolder {
  let path = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID().uuidString)").path

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// `make new-dataset`, in a folder of its own.
@Suite("New datasets")
struct NewDatasetTests {
  private static let script = SourceFiles.root.appending(path: "statemachine/local/new-dataset").path
  private static let kinds = ["csv", "feed", "file", "json", "spreadsheet", "xml"]

  private let datasets = NewDatasetFolder()

  /// Runs the script.
  /// - Returns: its exit status and its output.
  private func make(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let output = FileManager.default.temporaryDirectory.appending(path: "new-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let process = try ChildProcess(
      Self.script, arguments, environment: ["PATH": "/usr/bin:/bin", "DATASETS_DIR": datasets.path], output: output)
    return (process.wait(), try String(contentsOfFile: output, encoding: .utf8))
  }

  private func festvibes(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(arguments, environment: ["DATASETS_DIR": datasets.path])
  }

  @Test("A dataset of each kind passes check, and try gives its expected records", arguments: kinds)
  func kind(_ kind: String) throws {
    let made = try make(["ferry_\(kind)", kind])
    #expect(made.status == 0, "\(made.output)")
    let check = try festvibes("check", "ferry_\(kind)", "--json")
    #expect(check.status == 0, "\(check.output)")
    #expect(check.output.contains(#""problems":[]"#), "\(check.output)")
    let sample = DatasetSample(folder: URL(filePath: "\(datasets.path)/ferry_\(kind)"))
    let clock = sample.readAt.map { ["--read-at", $0] } ?? []
    let arguments = try ["try", "ferry_\(kind)", "--input", #require(sample.inputs.first)] + clock
    let trial = try FestVibesProcess(arguments, environment: ["DATASETS_DIR": datasets.path])
    #expect(trial.status == 0, "\(trial.error)")
    #expect(try JSONValue(parsing: trial.output) == sample.expected)
    #expect(try sample.output() == sample.expected)
    for path in try FileManager.default.subpathsOfDirectory(atPath: sample.folder.path) {
      let text = (try? String(contentsOf: sample.folder.appending(path: path), encoding: .utf8)) ?? ""
      #expect(!text.lowercased().contains("my_dataset"), "\(path)")
    }
  }

  @Test("What a definition shows as a comment passes check, too", arguments: kinds)
  func comments(_ kind: String) throws {
    _ = try make(["ferry", kind])
    let file = "\(datasets.path)/ferry/dataset.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try Data(text.replacing(/\n  # (auth|paginate):/) { "\n  \($0.1):" }.utf8).write(to: URL(filePath: file))
    let check = try festvibes("check", "ferry")
    #expect(check.status == 0, "\(check.output)")
  }

  @Test("The variable that a sample sets is the definition's", arguments: kinds)
  func variables(_ kind: String) throws {
    _ = try make(["ferry", kind])
    let settings = try String(contentsOfFile: "\(datasets.path)/ferry/sample/sample.env", encoding: .utf8)
    let name = try #require(settings.split(separator: "\n").first { !$0.hasPrefix("#") }?.split(separator: "=").first)
    #expect(name.hasPrefix("FERRY_"))
    #expect(try String(contentsOfFile: "\(datasets.path)/ferry/dataset.yaml", encoding: .utf8).contains("${\(name):-"))
  }

  @Test("Templates and list of kinds agree")
  func templates() throws {
    #expect(try SourceFiles.folders(in: "statemachine/local/templates") == Set(Self.kinds))
  }

  @Test(
    "A bad name or kind makes nothing",
    arguments: [
      ([], "NAME is missing"),
      (["ferry"], "KIND is missing: it must be one of csv, feed, file, json, spreadsheet, xml"),
      (["ferry", "pdf"], "KIND is 'pdf': it must be one of csv, feed, file, json, spreadsheet, xml"),
      (["ferry", "../json"], "KIND is '../json'"), (["Ferry", "json"], "NAME is 'Ferry'"),
      (["../ferry", "json"], "NAME is '../ferry'"), (["etl_state", "json"], "NAME is 'etl_state'"),
      (["férry", "json"], "NAME is"), (["a\nb", "json"], "NAME is"),
      ([String(repeating: "a", count: 41), "json"], "40 in all"),
    ])
  func refused(_ arguments: [String], message: String) throws {
    let made = try make(arguments)
    #expect(made.status == 1 && made.output.contains(message), "\(made.output)")
    #expect((try? FileManager.default.contentsOfDirectory(atPath: datasets.path)) ?? [] == [])
  }

  @Test("A folder that exists stays as it is")
  func existing() throws {
    #expect(try make(["ferry", "json"]).status == 0)
    let file = URL(filePath: "\(datasets.path)/ferry/dataset.yaml")
    try Data("mine\n".utf8).write(to: file)
    let made = try make(["ferry", "csv"])
    #expect(made.status == 1 && made.output.contains("ferry exists already"), "\(made.output)")
    #expect(try String(contentsOf: file, encoding: .utf8) == "mine\n")
  }
}
