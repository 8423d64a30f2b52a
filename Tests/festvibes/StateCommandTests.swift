import ConcertsSink
import Contracts
import Foundation
import Ledger
import TestSupport
import Testing
import Time

@testable import festvibes

@Suite("festvibes state")
struct StateReportTests {
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)
  private let start = Date(timeIntervalSince1970: 1_717_142_400)

  private func report() throws -> StateReport {
    let dataset = Dataset(
      id: "prices", dataType: "items", timeZone: "UTC", extractor: "http", sinks: [],
      state: StateSettings(.s3, hasOneItem: false))
    var done = CheckpointState()
    done.load(
      CheckpointSpan(before: nil, after: try Checkpoint("2024-05-31T07:00:00Z", .time)), isSuperseded: false,
      records: 12,
      run: "r1", key: "raw/1", at: start)
    var failed = CheckpointState()
    let item = try WorkItem(id: "b")
    failed.fail(
      ItemFailure(item: item, stage: .scrape, error: "SourceChanged", cause: "odd", failedAt: start), run: "r1")
    return StateReport(
      dataset: dataset, items: [(try WorkItem(id: "a"), done), (item, failed), (try WorkItem(id: "c"), nil)])
  }

  @Test("has a row for each item: checkpoint, times, records, how it ended")
  func table() throws {
    let lines = try report().lines(for: pipe, zone: try #require(TimeZone(identifier: "UTC")))
    #expect(
      lines[0].split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty } == [
        "item", "checkpoint", "type", "last run", "last success", "records", "status",
      ])
    #expect(
      lines.contains { $0.hasPrefix("a ") && $0.contains(" 2024-05-31T07:00:00Z  time ") && $0.contains(" success") })
    #expect(
      lines.contains { $0.hasPrefix("b ") && $0.contains(" none ") && $0.hasSuffix("failed: SourceChanged: odd") })
    #expect(lines.contains { $0.hasPrefix("c ") && $0.contains(" never ") && $0.hasSuffix("not run yet") })
    #expect(try report().hasFailure)
  }

  @Test("shows the last point of each series, of a dataset that has them")
  func series() throws {
    var dataset = Dataset(id: "ipc", dataType: "series", timeZone: "UTC", extractor: "http", sinks: ["s3_versioned"])
    dataset.watermarks = StateSettings(.file, hasOneItem: true)
    var state = CheckpointState()
    state.load(
      ["IPC": "2026-09-01T00:00:00-03:00", "EMAE": "2026-08-01T00:00:00-03:00"], records: 9, run: "r", key: "raw/1",
      at: start)
    let report = StateReport(dataset: dataset, items: [(try WorkItem(id: "all"), state)])
    let lines = report.lines(for: pipe, zone: try #require(TimeZone(identifier: "UTC")))
    #expect(
      lines.suffix(4).filter { !$0.hasPrefix("─") }.map { $0.split(separator: " ").joined(separator: " ") } == [
        "item series last point", "all EMAE 2026-08-01T00:00:00-03:00", "all IPC 2026-09-01T00:00:00-03:00",
      ])
    let object = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
    #expect(object?["state"] as? String == "file")
    let item = try #require((object?["items"] as? [[String: Any]])?.first)
    #expect(
      item["series"] as? [String: String] == ["IPC": "2026-09-01T00:00:00-03:00", "EMAE": "2026-08-01T00:00:00-03:00"])
  }

  @Test("shows documents that are set aside, why, and what to do")
  func setAside() throws {
    var report = try report()
    report.setAside = [
      SetAsideDocument(
        key: "raw/prices/x.json", run: "r7", item: "a", attempts: 3, error: "SourceChanged", cause: "no key",
        setAsideAt: Date())
    ]
    let lines = report.lines(for: pipe, zone: try #require(TimeZone(identifier: "UTC")))
    #expect(
      lines.suffix(3) == [
        "set aside, 3 loads of it failed: raw/prices/x.json", "  SourceChanged: no key",
        "  next: correct the cause, then `festvibes replay --dataset prices --item a --run r7`",
      ])
    let object = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
    #expect((object?["set_aside"] as? [[String: Any]])?.first?["reason"] as? String == "SourceChanged: no key")
  }

  @Test("as JSON has every member of every item, null where it is not known")
  func json() throws {
    let object = try JSONSerialization.jsonObject(with: Data(report().json().utf8)) as? [String: Any]
    #expect(object?["dataset"] as? String == "prices")
    #expect(object?["state"] as? String == "s3")
    let items = try #require(object?["items"] as? [[String: Any]])
    let names = [
      "item", "checkpoint", "type", "last_run_at", "last_success_at", "last_failure_at", "total_runs", "total_records",
      "last_records", "status", "error", "run", "series",
    ]
    #expect(items.allSatisfy { Set($0.keys) == Set(names) })
    #expect(items[0]["last_success_at"] as? String == "2024-05-31T08:00:00.000Z")
    #expect(items[0]["total_records"] as? Int == 12)
    #expect(items[2]["checkpoint"] is NSNull && items[2]["status"] is NSNull)
    let documented = try SourceFiles.text(of: "Sources/festvibes/README.md")
    #expect(names.allSatisfy { documented.contains("`\($0)`") })
  }

  @Test("says what a reset means for the next run")
  func reset() throws {
    let item = try WorkItem(id: "a")
    let dataset = try report().dataset
    let done = ResetReport(dataset: dataset, item: item, before: try Checkpoint("7", .integer))
    #expect(
      done.line
        == "The checkpoint of prices, item a, is removed: it was 7. Its next run reads everything that the source has.")
    #expect(try done.json() == #"{"before":"7","checkpoint":null,"dataset":"prices","item":"a"}"#)
    let none = ResetReport(dataset: dataset, item: item, before: nil)
    #expect(none.line.hasPrefix("prices, item a, had no checkpoint. "))
  }
}

/// The command against a database of its own, an S3 in memory and a folder.
@Suite("The command state")
final class StateCommandTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID().uuidString)")

  init() throws {
    let head =
      "data_type: items\nextract: {plugin: http, url: 'https://x.example/', incremental: {cursor: .id, type: integer}}\n"
    try add("prices", head + "parse: {plugin: json}\nplan: {kind: product, values: {city: [Austin, Houston]}}\n")
    try add("kept", head + "parse: {plugin: json}\nstate: {kind: s3}\n")
    try add("filed", head + "parse: {plugin: json}\nstate: {kind: file}\n")
    try add("keyed", head + "parse: {plugin: json}\nstate: {kind: file, path: datasets/keyed/state.json}\n")
    try add("plain", "data_type: items\nextract: {plugin: wwoz_livewire}\n")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func add(_ id: String, _ text: String) throws {
    try FileManager.default.createDirectory(at: folder.appending(path: id), withIntermediateDirectories: true)
    try Data("dataset_id: \(id)\n\(text)".utf8).write(to: folder.appending(path: "\(id)/dataset.yaml"))
  }

  private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> FestVibesProcess {
    try FestVibesProcess(["state"] + arguments, environment: environment.merging(["DATASETS_DIR": folder.path]) { $1 })
  }

  @Test(
    "shows and resets the rows of the database",
    .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
  func postgres() throws {
    let database = try TestDatabase(migrated: true)
    let deadline = Deadline(after: .seconds(30), on: SystemTime())
    let connection = try Database(url: database.url, migrations: ConcertsSink.migrations)
    let name = CheckpointName(sourceType: "http", dataset: "prices", item: "austin", isOnlyItem: false)
    let checkpoint = try Checkpoint("41", .integer)
    try PostgresCheckpoints(connection).update(name, deadline: deadline) { $0.checkpoint = checkpoint }
    let environment = ["PG_DATABASE_URL": database.url]
    let shown = try run(["prices"], environment)
    #expect(shown.status == 0, "\(shown.error)")
    #expect(shown.output.split(separator: "\n").contains { $0.hasPrefix("austin ") && $0.contains(" 41 ") })
    #expect(shown.output.split(separator: "\n").contains { $0.hasPrefix("houston ") && $0.contains(" none ") })
    let reset = try run(["prices", "--reset", "austin"], environment)
    #expect(reset.status == 0, "\(reset.error)")
    #expect(reset.output.contains("it was 41. Its next run reads everything"))
    let json = try run(["prices", "--json"], environment)
    #expect(json.output.contains(#""checkpoint":null"#) && !json.output.contains("41"))
  }

  @Test("shows and resets objects and files")
  func others() throws {
    let s3 = try MemoryS3()
    let state =
      #"{"checkpoint":{"type":"integer","value":"9"},"last_records_processed":1,"status":"failed","total_records_processed":1,"total_runs":1}"#
    s3.put(Data(state.utf8), at: "state/kept/all.json")
    let environment = s3.environment.merging(["S3_BUCKET_NAME": "data", "S3_REGION": "us-east-1"]) { $1 }
    let shown = try run(["kept"], environment)
    #expect(shown.status == 1, "the item's last run failed: \(shown.error)")
    #expect(shown.output.contains(" 9 "))
    #expect(try run(["kept", "--reset", "all"], environment).status == 0)
    #expect(
      s3.body(of: "state/kept/all.json").map { String(decoding: $0, as: UTF8.self) }?.contains(#""checkpoint":null"#)
        == true)
    try Data(state.utf8).write(to: folder.appending(path: "filed/state.json"))
    #expect(try run(["filed"]).output.contains(" 9 "))
    try Data("{".utf8).write(to: folder.appending(path: "filed/state.json"))
    let damaged = try run(["filed"])
    #expect(damaged.status == 1 && damaged.error.contains("festvibes state filed --reset all"))
  }

  @Test("shows what the functions keep of a file with `path`: an object of the data bucket")
  func keyed() throws {
    let s3 = try MemoryS3()
    let state =
      #"{"checkpoint":{"type":"integer","value":"9"},"last_records_processed":1,"status":"success","total_records_processed":1,"total_runs":1}"#
    s3.put(Data(state.utf8), at: "datasets/keyed/state.json")
    let shown = try run(
      ["keyed"], s3.environment.merging(["S3_BUCKET_NAME": "data", "S3_REGION": "us-east-1"]) { $1 })
    #expect(shown.status == 0 && shown.output.contains(" 9 "), "\(shown.output)\(shown.error)")
  }

  @Test("refuses a dataset without checkpoints, an item that it does not have, and names what is not set")
  func refused() throws {
    let plain = try run(["plain"])
    #expect(plain.status == 1 && plain.error.contains("its definition has no extract.incremental"), "\(plain.error)")
    let item = try run(["prices", "--reset", "dallas"])
    #expect(item.status == 1 && item.error.contains("dallas"), "\(item.error)")
    #expect(try run(["nosuch"]).status == 64)
    let unset = try run(["prices"], ["PG_DATABASE_URL": ""])
    #expect(unset.status == 1 && unset.error.contains("PG_DATABASE_URL"), "\(unset.error)")
  }
}
