import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// Processes that wait: for another process, or for a time.
@Suite("festvibes run --in-process beside others", .enabled(if: TestDatabase.serverURL != nil))
struct InProcessWaitingTests {
  @Test("One process runs a dataset at a time: another one ends with 75 and has done nothing")
  func secondProcess() throws {
    let host = try TestHost()
    let process = try host.start("--every", "1h", log: "log")
    try host.wait { try host.log("log").contains("done.") && host.runs().count == 1 }
    let second = try host.run()
    #expect(second.status == 75 && second.error.contains("another process runs the dataset prices"))
    #expect(try host.runs().count == 1)
    process.signal(SIGTERM)
    #expect(process.wait() == 143)
    #expect(try host.run().status == 0)
  }

  @Test("--wait waits for the process that runs the dataset, so long and no longer, and then does its own run")
  func patience() throws {
    let host = try TestHost()
    let first = try host.start("--every", "1h", log: "first")
    try host.wait { try host.log("first").contains("done.") && host.runs().count == 1 }
    let impatient = try host.run("--wait", "1")
    #expect(impatient.status == 75 && impatient.error.contains("another process runs the dataset prices"))
    let stopped = try host.start("--wait", "60", log: "stopped")
    let patient = try host.start("--wait", "60", log: "patient")
    usleep(500_000)
    stopped.signal(SIGTERM)
    #expect(stopped.wait() == 143)
    #expect(try host.runs().count == 1 && host.log("patient").isEmpty)
    first.signal(SIGTERM)
    #expect(first.wait() == 143)
    #expect(patient.wait() == 0)
    #expect(try host.runs().values.map(\.status) == ["success", "success"])
  }

  @Test("schedule --in-process starts each run at its time, once, and closes what runs when it is stopped")
  func schedule() throws {
    let host = try TestHost("schedule: {cron: \"0 3 * * ? *\", timezone: America/Chicago}")
    #expect(try host.run().status == 0)
    let clock = host.folder.appending(path: "clock")
    func set(_ time: String) throws { try Data(time.utf8).write(to: clock, options: .atomic) }
    func scheduler(_ log: String) throws -> ChildProcess {
      try ChildProcess(
        FestVibesProcess.binary.path, ["schedule", "--in-process", "--dataset", "prices", "--clock", clock.path],
        environment: host.environment, output: host.folder.appending(path: log).path)
    }
    try set("2024-05-31T07:59:00Z")
    let first = try scheduler("first")
    usleep(1_500_000)
    #expect(try host.runs().count == 1, "nothing is due")
    try set("2024-05-31T08:00:01Z")
    try host.wait { try host.runs().count == 2 }
    try host.wait { try !host.runs().values.contains { $0.status == "running" } }
    first.signal(SIGTERM)
    #expect(first.wait() == 0)
    #expect(host.log("first").contains("ended: the runs that are under way are stopped and closed"))

    // The ledger has the run of this time.
    let second = try scheduler("second")
    usleep(1_500_000)
    #expect(try host.runs().count == 2, "\(host.log("second"))")
    let blocker = try host.database.connect()
    let deadline = Deadline(after: .seconds(60), on: SystemTime())
    try blocker.transaction(deadline: deadline) {
      try blocker.query("lock table prices in access exclusive mode", deadline: deadline)
      try set("2024-06-01T08:00:01Z")
      try host.wait { try host.runs().values.contains { $0.status == "running" } }
      second.signal(SIGINT)
      #expect(second.wait() == 0)
    }
    let runs = try host.runs()
    #expect(runs.count == 3 && !runs.values.contains { $0.status == "running" }, "\(runs) \(host.log("second"))")
    #expect(runs.values.count { $0.error == "Aborted" } == 1)
  }
}
