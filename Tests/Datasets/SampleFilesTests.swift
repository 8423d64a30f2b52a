import Foundation
import TestSupport
import Testing

/// The samples of datasets, which the local stack serves in place of their sources.
@Suite("Samples of datasets")
struct SampleFilesTests {
  private let fixture: DatasetFixture

  init() throws {
    fixture = try DatasetFixture(["coins": "", "guarded": ""])
    let files = [
      "coins/sample/sample.env": "# The API.\nCOINS_URL={site}/markets\n\nCOINS_FILE={folder}/input/x.csv\n",
      "coins/sample/input/markets.json": "[1]", "coins/sample/input/pages/page-1.json": "[2]",
      "coins/sample/input/pages/page-2.json": "[]", "coins/sample/input/x.csv": "a",
      "coins/secret.json": "outside", "guarded/sample/input/a.json": "{}",
      "guarded/sample/requires": "query apikey=k1\nheader X-Key: k2\n",
    ]
    for (path, text) in files {
      let file = fixture.root.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  @Test("The folder of a dataset has its definition and its sample, and nothing that a run wrote")
  func folders() throws {
    let files = FileManager.default
    let datasets = SourceFiles.root.appending(path: "statemachine/datasets").path
    var count = 0
    for name in try files.contentsOfDirectory(atPath: datasets) {
      let content = (try? files.contentsOfDirectory(atPath: "\(datasets)/\(name)")) ?? []
      guard !content.isEmpty else { continue }
      count += 1
      #expect(Set(content).isSubset(of: ["dataset.yaml", "sample"]), "\(name): \(content.sorted())")
    }
    #expect(count > 5)
  }

  /// Runs a script with the stack's modules.
  private func run(_ script: String, _ environment: [String: String] = [:]) throws -> [String] {
    let output = fixture.root.appending(path: "output-\(UUID().uuidString)").path
    let stack = SourceFiles.root.appending(path: "statemachine/local").path
    let process = try ChildProcess(
      "/usr/bin/python3", ["-c", "import sys\nsys.path.insert(0, '\(stack)')\n\(script)"],
      environment: ["PYTHONDONTWRITEBYTECODE": "1", "DATASETS_DIR": fixture.root.path].merging(environment) { $1 },
      output: output)
    #expect(process.wait() == 0)
    return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test(
    "A path is a file, a folder's file by the query, or 404; what a sample requires must be there",
    arguments: [
      ("coins/markets", "vs=usd&page=1", "", "200 [1] application/json"),
      ("coins/markets.json", "", "", "200 [1] application/json"),
      ("coins/pages", "per_page=5&page=2", "", "200 [] application/json"), ("coins/pages", "page=3", "", "404"),
      ("coins/pages", "", "", "404"), ("coins/x", "", "", "200 a text/csv"), ("coins/none", "", "", "404"),
      ("coins", "", "", "404"), ("nobody/markets", "", "", "404"), ("coins/../../coins/secret.json", "", "", "404"),
      ("coins/..", "", "", "404"), ("coins/pages", "page=../../../../secret", "", "404"),
      ("coins/pages", "page=2%00", "", "404"), ("guarded/a", "apikey=k1", "k2", "200 {} application/json"),
      ("guarded/a", "apikey=k1", "", "401 the request has no header X-Key"),
      ("guarded/a", "apikey=other", "k2", "401 the request has no query apikey"),
    ])
  func response(path: String, query: String, key: String, expected: String) throws {
    let lines = try run(
      """
      import sample_files
      status, body, kind, _ = sample_files.respond("/samples/\(path)", "\(query)", {"X-Key": "\(key)"})
      print(status, body.decode().strip(), kind)
      """)
    #expect(lines.count == 1 && lines[0].hasPrefix(expected), "\(lines)")
    #expect(!lines[0].contains("k1") && !lines[0].contains("k2") && !lines[0].contains("outside"))
  }

  @Test("A sample's variables are set, unless the environment has a source of its own")
  func variables() throws {
    let script = """
      from services import samples
      for name, value in sorted(samples.settings("http://127.0.0.1:9").items()):
          print(name, value)
      """
    let file = "COINS_FILE \(fixture.root.path)/coins/sample/input/x.csv"
    let folder = "DATASETS_DIR \(fixture.root.path)"
    #expect(try run(script) == [file, "COINS_URL http://127.0.0.1:9/samples/coins/markets", folder])
    #expect(try run(script, ["COINS_URL": "https://api.example.org/x"])[1] == "COINS_URL https://api.example.org/x")
    // The environment of another stack.
    let other = try run(script, ["COINS_URL": "http://127.0.0.1:7/samples/coins/markets"])
    #expect(other[1] == "COINS_URL http://127.0.0.1:9/samples/coins/markets")
  }
}
