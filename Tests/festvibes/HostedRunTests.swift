import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import festvibes

/// The operator's commands about a run that a process does itself. No state machine is set.
@Suite("Commands about a run of a process", .enabled(if: TestDatabase.serverURL != nil))
struct HostedRunTests {
  private static let job = "plan: {kind: product, values: {part: [a, b]}, profiles: {hourly: {values: {part: [b, c]}}}}"

  /// A host whose dataset has the job `hourly`, and of whose items `c` has no file yet.
  private func makeHost() throws -> TestHost {
    let host = try TestHost()
    let file = host.folder.appending(path: "datasets/prices/dataset.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let plan = "plan: {kind: product, values: {part: [a, b]}}"
    try #require(text.contains(plan))
    try Data(text.replacing(plan, with: Self.job).utf8).write(to: file)
    return host
  }

  private func call(_ host: TestHost, _ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(arguments + ["--dataset", "prices"], environment: host.environment)
  }

  private func newest(_ host: TestHost) throws -> String {
    try host.database.connect().query(
      "select run from etl_runs order by started_at desc limit 1",
      deadline: Deadline(after: .seconds(20), on: SystemTime()))[0][0]
  }

  @Test("retry runs what it left, of the same job, in this process; watch, stop, logs and status say what it was")
  func retry() throws {
    let host = try makeHost()
    #expect(try host.run("--job", "hourly").status == 1)
    let name = try newest(host)
    let status = try call(host, "status", name)
    #expect(status.status == 1 && status.output.contains("(manual, job hourly, by the process "), "\(status.output)")
    let watch = try call(host, "watch")
    #expect(
      watch.status == 1 && watch.output.contains("✗ c") && watch.output.contains("retry \(name)"), "\(watch.output)")
    let stop = try call(host, "stop", name)
    #expect(
      stop.status == 0 && stop.output.contains("\(name) has already ended: partial"), "\(stop.output)\(stop.error)")
    let logs = try call(host, "logs", "--run", name)
    #expect(
      logs.status == 1 && logs.error.contains("is a run of the process ") && logs.error.contains("journalctl _PID="))

    try Data("id,price\nc1,1.5\n".utf8).write(to: host.folder.appending(path: "datasets/prices/prices_c.csv"))
    let retry = try call(host, "retry", name, "--json")
    #expect(retry.status == 0, "\(retry.output)\(retry.error)")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(retry.output.utf8)) as? [String: Any])
    #expect(report["retry_of"] as? String == name && report["status"] as? String == "success")
    #expect((report["items"] as? [[String: Any]])?.map { $0["item"] as? String } == ["c"])
    let second = try newest(host)
    #expect(try call(host, "status", second).output.contains("job hourly"))
    let again = try call(host, "retry", name)
    #expect(again.status == 0 && again.output.contains("Nothing to retry"), "\(again.output)\(again.error)")
    // What the run was is still so; what is to be done is not.
    let repaired = try call(host, "status", name)
    #expect(repaired.status == 1 && repaired.output.contains("the item that \(name) did not do was loaded since."))
    #expect(!repaired.output.contains("next:"), "\(repaired.output)")
    let seen = try call(host, "watch", name)
    #expect(seen.status == 1 && seen.output.contains("the item that \(name) did not do was loaded since."))
    #expect(!seen.output.contains("next:"), "\(seen.output)")
    #expect(try call(host, "watch").status == 0)
    #expect(try call(host, "watch", "host-none").error.contains("STATE_MACHINE_ARN"))
  }

  @Test("stop ends the process of a run that goes on, watch follows it, and a retry does the rest")
  func stop() throws {
    let host = try makeHost()
    #expect(try host.run().status == 0)
    let blocker = try host.database.connect()
    let deadline = Deadline(after: .seconds(120), on: SystemTime())
    var name = ""
    try blocker.transaction(deadline: deadline) {
      // A load waits for this lock.
      try blocker.query("lock table prices in access exclusive mode", deadline: deadline)
      let process = try host.start(log: "log")
      try host.wait { try host.runs().values.contains { $0.status == "running" } }
      name = try newest(host)
      let open = try call(host, "status", name)
      #expect(open.output.contains("by the process \(process.id) on") && !open.output.contains("was killed"))
      let retry = try call(host, "retry", name)
      #expect(retry.status == 75, "\(retry.output)\(retry.error)")
      let watch = try ChildProcess(
        FestVibesProcess.binary.path, ["watch", name, "--dataset", "prices"], environment: host.environment,
        output: host.folder.appending(path: "watch").path)
      try host.wait { host.log("watch").contains("Run \(name): the process \(process.id) on the machine") }
      let stop = try call(host, "stop", name)
      #expect(stop.status == 0 && stop.output.contains("\(name) is stopped, and its process with it"), "\(stop.error)")
      #expect(stop.output.contains("retry \(name)"))
      #expect(process.wait() == 143 && watch.wait() == 1)
      #expect(host.log("watch").contains("stopped: 2 items"), "\(host.log("watch"))")
    }
    let retry = try call(host, "retry", name)
    #expect(retry.status == 0 && retry.output.contains("2 of 2 items of \(name)"), "\(retry.output)\(retry.error)")
  }

  @Test("A run whose process was killed is named as such, and a retry closes it first")
  func killed() throws {
    let host = try makeHost()
    #expect(try host.run().status == 0)
    let blocker = try host.database.connect()
    let deadline = Deadline(after: .seconds(120), on: SystemTime())
    try blocker.transaction(deadline: deadline) {
      try blocker.query("lock table prices in access exclusive mode", deadline: deadline)
      let process = try host.start(log: "log")
      try host.wait { try host.runs().values.contains { $0.status == "running" } }
      process.stop()
    }
    let name = try newest(host)
    // The server notices the end of the connection a little later.
    try host.wait { try call(host, "status", name).output.contains("no process runs prices") }
    let watch = try call(host, "watch", name)
    #expect(watch.status == 1 && watch.error.contains("was killed") && watch.error.contains("retry \(name)"))
    #expect(try call(host, "stop", name).output.contains("was killed"))
    let retry = try call(host, "retry", name)
    #expect(
      retry.status == 0 && retry.output.contains("\(name): \(HostLedger.killed)"), "\(retry.output)\(retry.error)")
    #expect(try host.runs()[name]?.error == "Aborted")
  }

  @Test("A process of another machine is named, with what to do there; the retry of a run without items names the run")
  func elsewhere() throws {
    let host = try makeHost()
    let connection = try host.database.connect()
    let deadline = Deadline(after: .seconds(20), on: SystemTime())
    // A session that has the right stands for the process.
    try connection.query(
      "select pg_advisory_lock(hashtextextended('festvibes host of prices', 0))", deadline: deadline)
    try connection.query(
      """
      insert into etl_runs (dataset, run, trigger, status, started_at, items, dates, job_type, host)
      values ('prices', 'host-far', 'manual', 'running', now(), '{b}', '{null}', 'hourly', 'far-away:77')
      """, deadline: deadline)
    let stop = try call(host, "stop", "host-far")
    #expect(stop.status == 1 && stop.error.contains("the process 77 on the machine far-away"), "\(stop.error)")
    #expect(stop.error.contains("kill -TERM 77"))
    try connection.query("select pg_advisory_unlock_all()", deadline: deadline)
    try connection.query(
      """
      update etl_runs set items = '{}', dates = '{}', status = 'failed', error = 'E', ended_at = now(), dates_loaded = 0,
        records_found = 0, records_new = 0, records_changed = 0, records_unchanged = 0, records_rejected = 0,
        records_cancelled = 0
      """, deadline: deadline)
    let retry = try call(host, "retry", "host-far")
    #expect(
      retry.status == 1 && retry.error.contains("run --in-process --dataset prices --job hourly"), "\(retry.error)")
  }

  @Test("A process is told by its system, its id, its begin, its program and its dataset")
  func process() throws {
    let own = HostProcess.own
    #expect(HostProcess(own.description) == own && own.id == getpid() && !own.machine.isEmpty)
    #expect(try #require(own.place).contains("-"))
    #expect(HostProcess("a:b:7") == HostProcess(machine: "a:b", id: 7))
    #expect(HostProcess("a:7@b/1") == HostProcess(machine: "a", id: 7, place: "b/1"))
    for text in ["", "etl", "etl:", "etl:x", "etl:-1", "etl:0", "@", "etl@b:1"] { #expect(HostProcess(text) == nil) }
    let folder = FileManager.default.temporaryDirectory.appending(path: "festvibes-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "festvibes.md").path
    try #require(FileManager.default.createFile(atPath: file, contents: nil))
    // Another program is not this one, though its arguments have the name.
    let other = try ChildProcess("/usr/bin/tail", ["-f", file])
    defer { other.stop() }
    let program = folder.appending(path: "festvibes").path
    try FileManager.default.copyItem(atPath: "/usr/bin/tail", toPath: program)
    let child = try ChildProcess(program, ["-f", file, "--", "--dataset", "prices"])
    defer { child.stop() }
    usleep(200_000)
    let process = HostProcess(machine: own.machine, id: child.id, place: own.place)
    #expect(process.isHere(since: Date(), of: "prices"))
    #expect(!process.isHere(since: Date(), of: "news"))
    #expect(!HostProcess(machine: own.machine, id: other.id, place: own.place).isHere(since: Date(), of: "prices"))
    // Its id was another process's when such a run began.
    #expect(!process.isHere(since: Date() - 3600, of: "prices"))
    // Another container has the same machine's name and the same id.
    let boot = try #require(own.place?.split(separator: "/").first)
    for place in ["\(boot)/1", nil] {
      #expect(!HostProcess(machine: own.machine, id: child.id, place: place).isHere(since: Date(), of: "prices"))
    }
    #expect(process.terminate() == nil)
    #expect(child.wait() == 128 + SIGTERM || child.hasEnded)
    #expect(!process.isHere(since: Date(), of: "prices") && process.terminate() != nil)
  }

  @Test("Arguments that name no dataset are of any, and a program that was replaced is still the same")
  func arguments() {
    for (arguments, isFor) in [
      (["festvibes", "run"], true), (["--dataset=prices"], true), (["--dataset", "prices", "x"], true),
      (["--dataset=news"], false), (["--dataset", "news"], false), (["--dataset"], true),
    ] {
      #expect(HostProcess.isFor("prices", arguments) == isFor, "\(arguments)")
    }
    #expect(HostProcess.isProgram("/usr/bin/festvibes") && HostProcess.isProgram("/usr/bin/festvibes (deleted)"))
    #expect(!HostProcess.isProgram("/usr/bin/festvibes-etl") && !HostProcess.isProgram(""))
  }

  @Test("A process that ends between the look for its run and the look for it has closed its run, and was not killed")
  func endsMeanwhile() throws {
    let dataset = Dataset(id: "prices", dataType: "items", timeZone: "UTC", extractor: "http", sinks: [])
    for closes in [true, false] {
      var record = RunRecord(
        run: "host-1", trigger: .manual, status: .running, startedAt: Date(), items: [], itemsLoaded: 0, itemsFailed: 0,
        records: RecordCounts())
      let run = try #require(
        try HostedRun.read(
          of: dataset, from: { (record, []) },
          hasHost: {
            if closes { (record.status, record.endedAt) = (.success, Date()) }
            return false
          }))
      #expect(run.isOver == closes && (run.abandoned == nil) == closes)
    }
  }

  @Test("A database that is away for a while does not end the watching; one that stays away does")
  func away() throws {
    let time = ManualTime()
    let (isAway, isWrong) = (PipelineError(.databaseUnavailable, "away"), PipelineError(.schemaMismatch, "other"))
    var error: PipelineError? = isAway
    let reader = HostedRunReader(time: time) { _ in
      if let error { throw error }
      return nil
    }
    for _ in 0..<10 {
      #expect(try reader.next()?.name == nil && reader.isAway)
      time.advance(by: .seconds(25))
    }
    error = nil
    #expect(try reader.next()?.name == nil && !reader.isAway)
    error = isAway
    #expect(try reader.next()?.name == nil)
    time.advance(by: .seconds(300))
    #expect(throws: isAway) { try reader.next() }
    error = isWrong
    #expect(throws: isWrong) { try reader.next() }
  }
}
