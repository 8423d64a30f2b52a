import Foundation
import TestSupport
import Testing

@testable import festvibes

/// The commands where there is no database, about a dataset that needs none, and about one that does.
@Suite("Commands without a database")
final class WithoutDatabaseCommandTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "without-\(UUID())")
  /// A stream that takes every record.
  private let stream: ScriptedServer

  init() throws {
    stream = try ScriptedServer { request in
      let count = String(decoding: request.body, as: UTF8.self).components(separatedBy: #""PartitionKey""#).count - 1
      let records = Array(repeating: #"{"SequenceNumber":"1","ShardId":"s"}"#, count: count).joined(separator: ",")
      return .http(200, [], #"{"FailedRecordCount":0,"Records":[\#(records)]}"#)
    }
    try add("free", "{plugin: kinesis, stream: s, partition_key: id, key: id}")
    try add("bound", "{plugin: postgres, table: items, key: [id], columns: {id: text, price: numeric}}")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func add(_ id: String, _ sink: String) throws {
    let dataset = folder.appending(path: "datasets/\(id)")
    try FileManager.default.createDirectory(at: dataset, withIntermediateDirectories: true)
    let text = """
      dataset_id: \(id)
      data_type: items
      extract: {plugin: file, path: prices.csv}
      parse: {plugin: csv}
      load: \(sink)
      """
    try Data(text.utf8).write(to: dataset.appending(path: "dataset.yaml"))
    try Data("id,price\na,1.5\nb,2.5\n".utf8).write(to: dataset.appending(path: "prices.csv"))
  }

  private var environment: [String: String] {
    [
      "DATASETS_DIR": folder.appending(path: "datasets").path, "RAW_FOLDER": folder.appending(path: "raw").path,
      "AWS_ENDPOINT_URL": stream.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "A",
      "AWS_SECRET_ACCESS_KEY": "hush", "PATH": "/usr/bin:/bin",
    ]
  }

  private func festvibes(_ arguments: String..., more: [String: String] = [:]) throws -> FestVibesProcess {
    try FestVibesProcess(arguments, environment: environment.merging(more) { $1 })
  }

  @Test(
    "A process runs a dataset that needs no database, and notes once that there is no ledger",
    arguments: [[:], ["LEDGER": "off"]])
  func free(more: [String: String]) throws {
    let run = try festvibes("run", "--in-process", "--dataset", "free", more: more)
    #expect(run.status == 0, "\(run.output)\(run.error)")
    #expect(run.output.contains("2 found = 2 new"))
    let reason = more.isEmpty ? "PG_DATABASE_URL is not set" : "LEDGER is off"
    #expect(run.error == "Note: no ledger: \(reason). This run is only in this report and in the log\n")
    let raw = FileManager.default.subpaths(atPath: folder.appending(path: "raw").path) ?? []
    #expect(raw.contains { $0.hasPrefix("raw/free/items/") && $0.hasSuffix(".json") })
  }

  @Test("A dataset that needs one is refused by name, and nothing is read", arguments: [[:], ["LEDGER": "off"]])
  func bound(more: [String: String]) throws {
    let run = try festvibes("run", "--in-process", "--dataset", "bound", more: more)
    let reason = more.isEmpty ? "PG_DATABASE_URL is not set" : "LEDGER is off"
    #expect(run.status == 1)
    #expect(
      run.error.hasPrefix("Error: \(reason), and the dataset bound needs a database: the sink postgres\n"),
      "\(run.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "raw/raw").path))
  }

  @Test("LEDGER=on asks for the database: a deployment that has lost its variable does not go on without a ledger")
  func wanted() throws {
    let run = try festvibes("run", "--in-process", "--dataset", "free", more: ["LEDGER": "on"])
    #expect(run.status == 1 && run.error.contains("PG_DATABASE_URL is not set"), "\(run.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "raw/raw").path))
  }

  @Test("Without a ledger --every needs a lock, or LEDGER=off: nothing else keeps two processes apart")
  func intervals() throws {
    let arguments = ["run", "--in-process", "--dataset", "free", "--every", "1h"]
    let refused = try FestVibesProcess(arguments, environment: environment)
    #expect(refused.status == 1 && refused.error.contains("--every without a ledger"), "\(refused.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "raw/raw").path))
    let log = folder.appending(path: "log").path
    let process = try ChildProcess(
      FestVibesProcess.binary.path, arguments, environment: environment.merging(["LEDGER": "off"]) { $1 }, output: log)
    let end = Date() + 60
    while try !String(contentsOfFile: log, encoding: .utf8).contains("all done"), Date() < end { usleep(100_000) }
    process.signal(SIGTERM)
    #expect(process.wait() == 143)
    let lines = try String(contentsOfFile: log, encoding: .utf8)
    #expect(lines.contains("every-free-") && lines.contains("all done"), "\(lines)")
  }

  @Test("LEDGER=off beside a database is a contradiction, which every command that would use it says")
  func contradiction() throws {
    let both = ["LEDGER": "off", "PG_DATABASE_URL": "postgresql://127.0.0.1:1/d"]
    for arguments in [["run", "--in-process", "--dataset", "free"], ["rejected", "--dataset", "free"]] {
      let ran = try FestVibesProcess(
        arguments, environment: both.merging(["DATASETS_DIR": folder.appending(path: "datasets").path]) { $1 })
      #expect(ran.status == 1 && ran.error.contains("LEDGER is off, and PG_DATABASE_URL is set: delete one of them"))
    }
  }

  @Test("check says once what runs without a ledger, and what does not")
  func check() throws {
    let checked = try festvibes("check", more: ["LEDGER": "off"])
    #expect(checked.status == 0, "\(checked.error)")
    #expect(
      checked.output.hasSuffix("No ledger: LEDGER is off. free can run without one; not bound (the sink postgres)\n"))
    #expect(checked.output.components(separatedBy: "No ledger").count == 2)
    let json = try festvibes("check", "--json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["no_ledger"] as? String == "PG_DATABASE_URL is not set")
    let datasets = try #require(object["datasets"] as? [[String: Any]])
    #expect(datasets.map { $0["database_needs"] as? [String] } == [["the sink postgres"], []])
    let known = try festvibes("check", more: ["PG_DATABASE_URL": "postgresql://127.0.0.1:1/d"])
    #expect(!known.output.contains("ledger"))
  }

  @Test("status and other commands that read the ledger say that there is none", arguments: ["status", "rejected"])
  func reading(command: String) throws {
    let off = try festvibes(command, "--dataset", "free", more: ["LEDGER": "off"])
    #expect(off.status == 1 && off.error.contains("no ledger"), "\(off.output)\(off.error)")
    #expect(off.error.contains("LEDGER is off"))
  }

  @Test("rejected of a run names the log, which has the records, whatever its dataset needs")
  func rejected() throws {
    for (dataset, more) in [("free", [:]), ("bound", [:]), ("bound", ["LEDGER": "off"])] {
      let ran = try festvibes("rejected", "--run", "cli-1", "--dataset", dataset, more: more)
      let reason = more.isEmpty ? "PG_DATABASE_URL is not set" : "LEDGER is off"
      #expect(ran.status == 1 && ran.error.hasPrefix("Error: no ledger: \(reason). "), "\(ran.error)")
      #expect(ran.error.hasSuffix("\nnext: \(FestVibesProcess.binary.path) logs --run cli-1 --dataset \(dataset)\n"))
    }
  }

  @Test("doctor skips the database and the cache of a dataset that needs none")
  func doctor() throws {
    let ran = try festvibes("doctor", "--dataset", "free", more: ["LEDGER": "off"])
    #expect(ran.output.contains("- postgres: no ledger: LEDGER is off, and free needs no database\n"), "\(ran.output)")
    #expect(ran.output.contains("- redis: REDIS_URL is not set, and free has no cache\n"))
    #expect(
      ran.output.contains("settings of the loader: valid") && ran.output.contains("manager: valid, without REDIS_URL"))
    let bound = try festvibes("doctor", "--dataset", "bound")
    #expect(bound.output.contains("✗ postgres: "))
  }
}
