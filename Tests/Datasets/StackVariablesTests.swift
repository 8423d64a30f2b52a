import Foundation
import TestSupport
import Testing

/// The local stack gives each function the variables that its sections of the definitions name.
@Suite("Variables that the local stack passes on")
struct StackVariablesTests {
  private static let python = SourceFiles.root.appending(path: ".local/venv/bin/python").path

  @Test(
    "The tables of locks are those of the definitions, with the variables' values",
    .enabled(if: FileManager.default.isExecutableFile(atPath: python), "make install"))
  func lockTables() throws {
    let fixture = try DatasetFixture([
      "a": "lock: {kind: dynamodb, table_name: etl-locks}", "b": "lock: {kind: postgres}", "c": "lock: null",
      "d": "lock: {kind: dynamodb, table_name: '${LOCKS:-other}'}", "e": "lock: x", "f": "- list",
      "g": "lock: {kind: dynamodb, table_name: '${PREFIX}-locks'}",
      "h": "lock: {kind: dynamodb, table_name: etl-locks}",
    ])
    let output = fixture.root.appending(path: "output").path
    let script = """
      import sys
      sys.path.insert(0, sys.argv[1])
      from services import datasets
      print(" ".join(datasets.lock_tables({"PREFIX": "dev", "LOCKS": None}, sys.argv[2])))
      """
    let process = try ChildProcess(
      Self.python,
      ["-c", script, SourceFiles.root.appending(path: "statemachine/local").path, fixture.root.path],
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], output: output)
    #expect(process.wait() == 0)
    #expect(try String(contentsOfFile: output, encoding: .utf8) == "dev-locks etl-locks other\n")
  }

  @Test(
    "The tables of items are those of the sinks dynamodb, with their keys",
    .enabled(if: FileManager.default.isExecutableFile(atPath: python), "make install"))
  func itemTables() throws {
    let fixture = try DatasetFixture([
      "a": "load: {plugin: dynamodb, table: plain, hash: id}",
      "b": "load: [{plugin: dynamodb, table: '${TABLE:-other}', hash: date, range: session}, {plugin: postgres}]",
      "c": "load: [{plugin: dynamodb, table: '${UNKNOWN:-}', hash: id}, {plugin: dynamodb, table: keyless}, x]",
      "d": "load: {plugin: kinesis, stream: s}", "e": "- list",
    ])
    let output = fixture.root.appending(path: "output").path
    let script = """
      import sys
      sys.path.insert(0, sys.argv[1])
      from services import datasets
      print(datasets.item_tables({"TABLE": "workouts"}, sys.argv[2]), datasets.streams({}, sys.argv[2]))
      """
    let process = try ChildProcess(
      Self.python,
      ["-c", script, SourceFiles.root.appending(path: "statemachine/local").path, fixture.root.path],
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], output: output)
    #expect(process.wait() == 0)
    #expect(
      try String(contentsOfFile: output, encoding: .utf8)
        == "{'plain': ['id'], 'workouts': ['date', 'session']} ['s']\n")
  }

  @Test(
    "They are those of the sections and of the top, once each, without what only looks like one",
    .enabled(if: FileManager.default.isExecutableFile(atPath: python), "make install"))
  func variables() throws {
    let fixture = try DatasetFixture([
      "a": """
      dataset_id: a
      timezone: "${ZONE:-UTC}"
      extract:
        url: "https://x/${PATH_1}/$${NO_VARIABLE}/${not_one}"
        rate: {requests: "${RATE:-100}"}
        auth: {kind: basic, user: "${USER_1}", secret: API_KEY}
      load: [{table: "${TABLE}"}]
      """,
      "b": "extract: {url: '${PATH_1}${OTHER}'}",
      "cut": "extract: {url: '${LOST}", "list": "- ${LOST}",
    ])
    let output = fixture.root.appending(path: "output").path
    let script = """
      import sys
      sys.path.insert(0, sys.argv[1])
      from services import datasets
      for sections in ([], ["extract", "parse"], ["load"]):
          print(" ".join(datasets.variables(sections, sys.argv[2])))
      """
    let process = try ChildProcess(
      Self.python,
      ["-c", script, SourceFiles.root.appending(path: "statemachine/local").path, fixture.root.path],
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], output: output)
    #expect(process.wait() == 0)
    let both = { (names: [String]) in names.flatMap { [$0, "\($0)_SECRET_ARN"] }.joined(separator: " ") }
    let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(
      lines == [
        both(["ZONE"]), both(["API_KEY", "OTHER", "PATH_1", "RATE", "USER_1", "ZONE"]), both(["TABLE", "ZONE"]),
      ])
  }
}
