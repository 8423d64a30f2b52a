import Foundation
import TestSupport
import Testing

@testable import festvibes

/// `festvibes datasets` and `festvibes check`, and `--dataset` of the other commands.
@Suite("Commands about definitions")
final class DefinitionCommandTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID().uuidString)")
  private var environment: [String: String] { ["DATASETS_DIR": folder.path] }

  init() throws {
    try add(
      "good",
      """
      provider: INDEC
      dataset_id: good
      description: Good things
      data_type: things
      extract: {plugin: wwoz_livewire, user_agent: "${AGENT:-me}", requests_per_second: "${RATE}"}
      load: {plugin: concerts}
      """)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func add(_ id: String, _ text: String) throws {
    try FileManager.default.createDirectory(at: folder.appending(path: id), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appending(path: "\(id)/dataset.yaml"))
  }

  private func addBad() throws { try add("bad", "dataset_id: worse\ndata_type: x\nextract: {plugin: ftp}\nx: 1\n") }

  @Test("All definitions are checked, with a warning and the variables, and without values")
  func check() throws {
    let ran = try FestVibesProcess("check", environment: environment.merging(["RATE": "7"]) { $1 })
    let file = "\(folder.path)/good/dataset.yaml"
    #expect(ran.status == 0, "\(ran.error)")
    #expect(
      ran.output == """
        \(file):1:1: provider: warning: it is ignored: no program has ever read it, so it can be deleted
        ✓ good: \(file)
          plan single: 1 item
          AGENT: not set, default 'me', for extract.user_agent
          RATE: set, for extract.requests_per_second

        """)
    let unset = try FestVibesProcess("check", "good", environment: environment)
    #expect(
      unset.status == 0 && unset.output.hasSuffix("  RATE: not set, no default, for extract.requests_per_second\n"))
    let wrong = try FestVibesProcess("check", "good", environment: environment.merging(["RATE": "hunter2"]) { $1 })
    #expect(wrong.status == 1 && !wrong.output.contains("hunter2"))
    #expect(wrong.output.contains(": extract.requests_per_second: the value of RATE does not fit: "))
  }

  @Test("A key of a table of DynamoDB that no field feeds is a warning, too")
  func unfedKeys() throws {
    let text = """
      dataset_id: prices
      data_type: prices
      extract: {plugin: file, path: prices.csv}
      parse: {plugin: csv}
      normalize: {metadata: rest, fields: {id: {}, day: {}}}
      load: {plugin: dynamodb, table: prices, hash: id, range: date, order: day}
      """
    try add("prices", text)
    let ran = try FestVibesProcess("check", "prices", environment: environment)
    #expect(ran.status == 0 && ran.output.components(separatedBy: "warning").count == 2, "\(ran.output)")
    #expect(ran.output.contains("normalize has no field 'date', which is range: every record would be rejected\n"))
  }

  @Test("A column that no field feeds is a warning, unless its value comes from elsewhere or the fields are not known")
  func unfedColumns() throws {
    let text = """
      dataset_id: prices
      data_type: prices
      extract: {plugin: file, path: prices.csv}
      parse: {plugin: csv}
      normalize: {metadata: rest, fields: {id: {}, price: {type: number}}}
      load:
        plugin: postgres
        table: prices
        key: id
        columns: {id: text, prize: numeric, day: {type: date, from: date}, run: {type: text, from: $run}, rest: jsonb,
          metadata: jsonb, line: {type: integer, from: _source_row}, kind: {type: text, default: x}}
      """
    try add("prices", text)
    let ran = try FestVibesProcess("check", "prices", environment: environment)
    #expect(ran.status == 0)
    let warnings = ran.output.split(separator: "\n").filter { $0.contains("warning") }
    #expect(
      warnings.map { $0.split(separator: "load.").last } == [
        "columns.prize: warning: normalize has no field 'prize', so the column stays null",
        "columns.day: warning: normalize has no field 'date', so the column stays null",
      ])
    for other in [("metadata: rest, ", ""), ("load:", "transform: {plugin: jq, filter: .}\nload:")] {
      try add("prices", text.replacing(other.0, with: other.1))
      #expect(try !FestVibesProcess("check", "prices", environment: environment).output.contains("warning"))
    }
  }

  @Test("Every problem of every definition is printed at once, and the status is 1")
  func problems() throws {
    try addBad()
    let ran = try FestVibesProcess("check", environment: environment)
    let file = "\(folder.path)/bad/dataset.yaml"
    #expect(ran.status == 1)
    let lines = ran.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "\(file):1:13: dataset_id: it must be 'bad', the name of its folder")
    #expect(lines[1].hasPrefix("\(file):3:19: extract.plugin: it is 'ftp': it must be one of wwoz_livewire"))
    #expect(lines[2].hasPrefix("\(file):4:1: x: it is not known: the keys here are dataset_id"))
    #expect(lines[3] == "✗ \(file)" && lines.contains("✓ good: \(folder.path)/good/dataset.yaml"))
    let one = try FestVibesProcess("check", "good", environment: environment)
    #expect(one.status == 0)
  }

  @Test("A file may be anywhere; below the folder its id is checked, too")
  func file() throws {
    try addBad()
    let copy = folder.appending(path: "copy.yaml").path
    try FileManager.default.copyItem(atPath: folder.appending(path: "good/dataset.yaml").path, toPath: copy)
    #expect(try FestVibesProcess("check", copy, environment: environment).status == 0)
    let bad = try FestVibesProcess("check", folder.appending(path: "bad/dataset.yaml").path, environment: environment)
    #expect(bad.status == 1 && bad.output.contains("the name of its folder"))
    let missing = try FestVibesProcess("check", "/nonexistent/x.yaml", environment: environment)
    #expect(missing.status == 1 && missing.error == "Error: there is no file /nonexistent/x.yaml\n")
    let unknown = try FestVibesProcess("check", "nope", environment: environment)
    #expect(unknown.status == 64 && unknown.error.hasPrefix("Error: dataset is 'nope': it must be one of bad, good\n"))
  }

  @Test("check --json has problems and variables")
  func json() throws {
    try addBad()
    let ran = try FestVibesProcess("check", "--json", environment: environment)
    #expect(ran.status == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
    #expect(object["ok"] as? Bool == false)
    let datasets = try #require(object["datasets"] as? [[String: Any]])
    #expect(datasets.map { $0["ok"] as? Bool } == [false, true])
    let problem = try #require((datasets[0]["problems"] as? [[String: Any]])?.first)
    #expect(
      problem["line"] as? Int == 1 && problem["column"] as? Int == 13 && problem["key"] as? String == "dataset_id")
    let variables = try #require(datasets[1]["variables"] as? [[String: Any]])
    #expect(variables.map { $0["state"] as? String } == ["default", "missing"])
  }

  /// A definition with filters, of which the variables have no values.
  private func addFilters(_ records: String, _ filter: String) throws {
    try add(
      "filtered",
      """
      dataset_id: filtered
      data_type: things
      extract: {plugin: http, url: "${PLACE}", auth: {kind: bearer, secret: TOKEN}}
      parse:
        plugin: json
        records: \(records)
      transform:
        - {plugin: enrich, fields: {a: b}}
        - plugin: jq
          filter: \(filter)
      load: {plugin: postgres, table: filtered, key: [a], columns: {a: text}}
      """)
  }

  @Test("Filters are compiled; a wrong one is found by line, column and key")
  func filters() throws {
    let file = "\(folder.path)/filtered/dataset.yaml"
    try addFilters("'.data | map(.x)[]'", "'{a, b: (.c | length)}'")
    let right = try FestVibesProcess("check", "filtered", environment: environment)
    #expect(right.status == 0 && !right.output.contains("warning"), "\(right.output)\(right.error)")
    try addFilters("'.data | mop(.x)[]'", "|\n        {a,\n         b: (.c | lenght)}")
    let wrong = try FestVibesProcess("check", "filtered", environment: environment)
    #expect(wrong.status == 1)
    let lines = wrong.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("\(file):6:12: parse.records: mop/1 is not defined"), "\(wrong.output)")
    #expect(
      lines[1].hasPrefix("\(file):10:13: transform[1].filter: line 2 of the filter: lenght/0 is not defined"),
      "\(wrong.output)")
    #expect(lines[2] == "✗ filtered: \(file)")
    try addFilters(".data[]", "'{a: }'")
    let json = try FestVibesProcess("check", "filtered", "--json", environment: environment)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let problem = try #require(((object["datasets"] as? [[String: Any]])?[0]["problems"] as? [[String: Any]])?.first)
    #expect(problem["line"] as? Int == 10 && problem["column"] as? Int == 13, "\(json.output)")
    #expect(problem["key"] as? String == "transform[1].filter" && problem["warning"] as? Bool == false)
  }

  @Test("Where no filter can be compiled, a warning says so, and everything else is checked")
  func noLibrary() throws {
    try addFilters(".data[]", "'{a: lenght}'")
    // The loader takes the first library of that name that it finds, and this is none.
    let libraries = folder.appending(path: "libraries")
    try FileManager.default.createDirectory(at: libraries, withIntermediateDirectories: true)
    try Data("no library".utf8).write(to: libraries.appending(path: "libjq.so.1"))
    defer { try? FileManager.default.removeItem(at: libraries) }
    let path = (ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"].map { ":\($0)" } ?? "")
    let ran = try FestVibesProcess(
      "check", "filtered", environment: environment.merging(["LD_LIBRARY_PATH": libraries.path + path]) { $1 })
    #expect(ran.status == 0, "\(ran.output)\(ran.error)")
    #expect(ran.output.contains("filtered/dataset.yaml:1:1: warning: the filters were not compiled: libjq.so.1, "))
    #expect(ran.output.contains("\n✓ filtered: "))
    // A definition without filters opens no library.
    let plain = try FestVibesProcess(
      "check", "good", environment: environment.merging(["LD_LIBRARY_PATH": libraries.path + path]) { $1 })
    #expect(plain.status == 0 && !plain.output.contains("not compiled"))
  }

  @Test("The datasets are listed, also beside one that cannot be read")
  func list() throws {
    try addBad()
    let ran = try FestVibesProcess("datasets", environment: environment)
    #expect(ran.status == 0, "\(ran.error)")
    #expect(ran.output.contains("✗ bad") && ran.output.contains("check bad"))
    #expect(
      ran.output.contains("good     no schedule  single  wwoz_livewire → concerts")
        && ran.output.contains("Good things"), "\(ran.output)")
    let json = try FestVibesProcess("datasets", "--json", environment: environment)
    let list = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(list.map { $0["id"] as? String } == ["bad", "good"] && list.map { $0["ok"] as? Bool } == [false, true])
  }

  @Test("--dataset names one of the folder's; a wrong definition and a missing folder are named")
  func option() throws {
    try addBad()
    let unknown = try FestVibesProcess("status", "--dataset", "nope", environment: environment)
    #expect(unknown.status == 64 && unknown.error.contains("--dataset is 'nope': it must be one of bad, good"))
    let wrong = try FestVibesProcess("status", "--dataset", "bad", environment: environment)
    #expect(wrong.status == 1 && wrong.error.contains("bad/dataset.yaml:1:13: dataset_id: "), "\(wrong.error)")
    let missing = try FestVibesProcess("status", environment: ["DATASETS_DIR": "/nonexistent"])
    #expect(missing.status == 1 && missing.error.contains("set DATASETS_DIR"), "\(missing.error)")
    #expect(try FestVibesProcess("datasets", environment: ["DATASETS_DIR": "/nonexistent"]).status == 1)
  }

  @Test("In any folder, the repository's own datasets are found")
  func elsewhere() throws {
    let ran = try FestVibesProcess("datasets")
    #expect(ran.status == 0 && ran.output.contains("\nwwoz "), "\(ran.error)")
  }
}
