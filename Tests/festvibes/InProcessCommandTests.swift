import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import festvibes

/// `festvibes run --in-process` as a process of its own, without AWS: raw data and checkpoints in folders, and
/// Postgres.
@Suite("festvibes run --in-process", .enabled(if: TestDatabase.serverURL != nil))
struct InProcessCommandTests {
  @Test("A dataset is run without AWS, from files and into files; another run changes nothing")
  func once() throws {
    let host = try TestHost("lock: {kind: postgres}")
    let first = try host.run()
    #expect(first.status == 0, "\(first.output)\(first.error)")
    #expect(first.output.contains("2 items in ") && first.output.contains("4 found = 4 new"))
    let second = try host.run("--json", "--item", "b")
    #expect(second.status == 0)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(second.output.utf8)) as? [String: Any])
    #expect(report["status"] as? String == "success" && (report["records"] as? [String: Int])?["unchanged"] == 2)
    let raw = FileManager.default.subpaths(atPath: host.folder.appending(path: "raw").path) ?? []
    #expect(raw.count { $0.hasPrefix("raw/prices/items/") && $0.hasSuffix(".json") } == 3)
    #expect(raw.count { $0.hasSuffix(".warc.gz") } == 3)
    let status = try FestVibesProcess(["status", "--dataset", "prices"], environment: host.environment)
    #expect(status.status == 0 && status.output.contains("ok: the last run is done"), "\(status.output)\(status.error)")
  }

  @Test("A host without AWS leaves the processed zone out, says so, and is done", arguments: ["run", "check", "try"])
  func withoutZone(command: String) throws {
    let host = try TestHost("publish: {plugin: processed}")
    let line = "the publisher processed is left out: RAW_FOLDER is set"
    let call =
      switch command {
      case "run": try host.run()
      case "check": try FestVibesProcess(["check", "prices"], environment: host.environment)
      default: try FestVibesProcess(["try", "prices", "--item", "a"], environment: host.environment)
      }
    #expect(call.status == 0 && "\(call.output)\(call.error)".contains(line), "\(call.output)\(call.error)")
    if command == "run" { #expect(call.output.contains("4 found = 4 new")) }
  }

  @Test("An item that fails is 1 as exit status, with its reason and the command that runs it again")
  func failure() throws {
    let host = try TestHost()
    try FileManager.default.removeItem(at: host.folder.appending(path: "datasets/prices/prices_b.csv"))
    let run = try host.run()
    #expect(run.status == 1 && run.output.contains("✗ b") && run.output.contains("✓ a"), "\(run.output)\(run.error)")
    #expect(run.output.contains("next: "))
    #expect(try host.runs().values.map(\.status) == ["partial"])
  }

  @Test("What the dataset expects is checked: a breach is in the report, and makes the run partial or failed")
  func breaches() throws {
    let warned = try TestHost("expect: {check: rows, minimum: 3, on_breach: warn}").run()
    #expect(warned.status == 0 && warned.output.contains("Expectation: "), "\(warned.output)\(warned.error)")
    let partial = try TestHost("expect: {check: rows, minimum: 3}")
    #expect(try partial.run().status == 1)
    #expect(try partial.runs().values.map(\.status) == ["partial"])
    let failed = try TestHost("expect: {check: rows, minimum: 3, on_breach: fail}").run()
    #expect(failed.status == 1 && failed.output.contains("✗ a"), "\(failed.output)\(failed.error)")
  }

  @Test("A run of a clock that was ahead holds no interval up, is said, and is not done again")
  func clockAhead() throws {
    let host = try TestHost()
    #expect(try host.run("--name", "every-prices-20990101T000000Z").status == 0)
    let prefix = HostRunName.prefix(of: "prices", job: nil)
    let process = try host.start("--every", "2s", log: "log")
    try host.wait { try host.runs().count >= 2 }
    process.signal(SIGTERM)
    #expect(process.wait() == 143)
    #expect(host.log("log").contains("The ledger has a run of the interval 2099-01-01T00:00:00Z, which has not begun"))
    let dataset = Dataset(id: "prices", dataType: "items", timeZone: "UTC", extractor: "file", sinks: ["postgres"])
    let ledger = HostLedger(try Stores(Settings(host.environment)).loading("tests").ledger, of: dataset)
    let (year2099, last) = (try #require(HostRunName.begin(of: "\(prefix)20990101T000000Z", prefix: prefix)), Date())
    #expect(try ledger.lastInterval(prefix: prefix) == year2099)
    #expect(try ledger.lastInterval(prefix: prefix, upTo: year2099) == year2099)
    let found = try #require(try ledger.lastInterval(prefix: prefix, upTo: last))
    #expect(found <= last && last.timeIntervalSince(found) < 60)
    #expect(try ledger.lastInterval(prefix: prefix, upTo: Date(timeIntervalSince1970: 0)) == nil)
  }

  @Test("ENABLE_SCHEDULER makes a scheduler only of a process that is asked for no run")
  func schedulerSwitch() throws {
    let host = try TestHost()
    var environment = host.environment.merging(["ENABLE_SCHEDULER": "true"]) { $1 }
    environment["DATASET_ID"] = nil
    // Each of them is a plain run, of a dataset that the folder does not have.
    for arguments in [
      ["2024-05-31"], ["--days", "1"], ["--start", "2024-05-31"], ["--item", "a"], ["--name", "x"], ["--allow-shrink"],
      ["--max-failures", "1"], ["--json"], ["--every", "1h"],
    ] {
      let process = try FestVibesProcess(["run", "--in-process"] + arguments, environment: environment)
      #expect(process.status == 64 && process.error.contains("wwoz"), "\(arguments): \(process.output)\(process.error)")
    }
    let object = try FestVibesProcess(["run", "--in-process", "--key", "k"], environment: environment)
    #expect(object.status == 64 && object.error.contains("give --dataset"), "\(object.output)\(object.error)")
    environment["DATASET_ID"] = "prices"
    #expect(try FestVibesProcess(["run", "--in-process"], environment: environment).status == 0)
    for command in [["run", "--in-process"], ["datasets"]] {
      environment["ENABLE_SCHEDULER"] = "yes"
      let wrong = try FestVibesProcess(command, environment: environment)
      #expect(wrong.status != 0 && wrong.error.contains("ENABLE_SCHEDULER is 'true' or 'false', not 'yes'"))
    }
    environment["ENABLE_SCHEDULER"] = ""
    #expect(try FestVibesProcess(["run", "--in-process"], environment: environment).status == 0)
  }

  @Test(
    "SIGTERM and Ctrl-C close the run as stopped, and end the process with their status", arguments: [SIGTERM, SIGINT])
  func signals(signal: Int32) throws {
    let host = try TestHost()
    #expect(try host.run().status == 0)
    // A load waits for this lock.
    let blocker = try host.database.connect()
    let deadline = Deadline(after: .seconds(60), on: SystemTime())
    try blocker.transaction(deadline: deadline) {
      try blocker.query("lock table prices in access exclusive mode", deadline: deadline)
      let process = try host.start(log: "log")
      try host.wait { host.log("log").contains("Run host-") }
      try host.wait { try host.runs().values.contains { $0.status == "running" } }
      let watcher = try host.database.connect()
      try host.wait {
        try watcher.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          deadline: deadline
        ).count > 0
      }
      process.signal(signal)
      #expect(process.wait() == 128 + signal)
    }
    let stopped = try #require(try host.runs().values.first { $0.status != "success" })
    #expect(stopped.status == "failed" && stopped.error == "Aborted")
    #expect(stopped.aborted == ["a"] && stopped.notTried == ["b"])
    #expect(
      host.log("log").contains("next: ") && host.log("log").contains("run --in-process --dataset prices\n"),
      "\(host.log("log"))")
  }

  @Test("Killed and started again: each interval is run once or is said to be skipped, and a killed run is closed")
  func kills() throws {
    let host = try TestHost()
    var random = SplitMix(seed: 16)
    let end = Date() + 20
    var starts = 0
    // A busy machine opens fewer runs in the same time.
    while try Date() < end || (Date() < end + 100 && (starts < 6 || host.runs().count < 6)) {
      let process = try host.start("--every", "1s", log: "log")
      starts += 1
      usleep(UInt32.random(in: 50_000...2_500_000, using: &random))
      process.stop()
    }
    // The last one closes what they have left, and says what they could not.
    let process = try host.start("--every", "1s", log: "log")
    let known = try host.runs().count
    try host.wait { try host.runs().count > known + 1 }
    process.signal(SIGTERM)
    #expect(process.wait() == 143)

    let log = host.log("log")
    let runs = try host.runs()
    #expect(!runs.values.contains { $0.status == "running" })
    let prefix = HostRunName.prefix(of: "prices", job: nil)
    let begun = Set(
      runs.keys.compactMap { HostRunName.begin(of: $0, prefix: prefix) }.map { Int($0.timeIntervalSince1970) })
    #expect(begun.count == runs.count)
    // A process that is killed before it has opened its run has read nothing: the next one announces the run again.
    for run in runs.keys { #expect(log.contains("Run \(run):"), "\(run)") }
    #expect(try host.repeatedLoads() == [])
    var skipped: Set<Int> = []
    for match in log.matches(of: #/Skipped (?:the interval|[0-9]+ intervals,) (\S+?Z)(?: to (\S+?Z))?:/#) {
      let first = try #require(RFC3339.parse(String(match.1))?.date)
      let last = try match.2.map { try #require(RFC3339.parse(String($0))?.date) } ?? first
      skipped.formUnion(Int(first.timeIntervalSince1970)...Int(last.timeIntervalSince1970))
    }
    let (first, last) = (try #require(begun.min()), try #require(begun.max()))
    for interval in first...last {
      #expect(begun.contains(interval) != skipped.contains(interval), "interval \(interval)")
    }
    for (run, state) in runs where state.error == "Aborted" && run != runs.keys.max() {
      #expect(log.contains("\(run): \(HostLedger.killed)"), "\(run)")
    }
    #expect(starts > 5 && begun.count > 5)
  }

  @Test("Options that do not go together are refused before anything is done")
  func options() throws {
    for arguments in [
      ["run", "--every", "1h"], ["run", "--in-process", "--every", "1x"], ["run", "--in-process", "--only-missing"],
      ["run", "--in-process", "--every", "1h", "2024-05-31"], ["run", "--name", "x"],
    ] {
      let process = try FestVibesProcess(arguments, environment: ["DATASETS_DIR": RepositoryDatasets.folder.path])
      #expect(process.status == 64, "\(arguments): \(process.error)")
    }
  }
}
