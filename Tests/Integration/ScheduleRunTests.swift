import AWS
import Foundation
import TestSupport
import Testing
import Time

extension RunTests {
  /// The schedules of ten datasets, which fire by a clock that the test sets.
  @Suite("Schedules on the local stack", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  final class ScheduleRunTests {
    private static let cities = ["austin", "boston", "chicago", "dallas", "el-paso", "fresno"]
    /// The item whose file comes late, of the first dataset.
    private static let lateCity = "dallas"

    private let stack: LocalStack
    private let ids: [String]
    private let deployed: DeployedDatasets
    private let clock: String

    init() throws {
      stack = try LocalStack()
      let mark = UUID().uuidString.prefix(6).lowercased()
      ids = (0..<10).map { "sched_\(mark)_\($0)" }
      let definitions = ids.map { id in
        """
        dataset_id: \(id)
        data_type: prices
        schedule: {cron: "0 6 * * ? *"}
        plan: {kind: product, values: {city: [\(Self.cities.joined(separator: ", "))]}}
        extract: {plugin: file, path: "{city}.csv"}
        parse: {plugin: csv}
        load: {plugin: postgres, table: \(id), key: sku, columns: {sku: text, price: numeric}}

        """
      }
      deployed = try DeployedDatasets(
        Dictionary(uniqueKeysWithValues: zip(ids, definitions)), environment: LocalStack.environment)
      clock = deployed.folder.appending(path: "clock").path
      for id in ids {
        for city in Self.cities where id != ids[0] || city != Self.lateCity { try write(id, city) }
      }
    }

    private func write(_ id: String, _ city: String) throws {
      try Data("sku,price\n\(city),1.25\n".utf8).write(to: deployed.folder.appending(path: "\(id)/\(city).csv"))
    }

    private func set(_ time: String) throws {
      try Data("\(time)\n".utf8).write(to: URL(filePath: clock), options: .atomic)
    }

    private func name(_ id: String) -> String { "schedule-\(id)-20240531T0600Z" }

    private func arn(_ id: String) -> String {
      (deployed.environment["STATE_MACHINE_ARN"] ?? "").replacing(":stateMachine:", with: ":execution:")
        + ":\(name(id))"
    }

    /// A scheduler, and what it has written.
    private final class Scheduler {
      let process: ChildProcess
      private let log: String

      init(_ clock: String, _ environment: [String: String]) throws {
        log = "\(clock)-\(UUID().uuidString)"
        process = try ChildProcess(
          FestVibesProcess.binary.path, ["schedule", "--clock", clock], environment: environment, output: log)
      }

      var text: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

      /// Waits until a text was written a number of times.
      func wait(for wanted: String, _ count: Int) {
        for _ in 0..<300 where text.split(separator: "\n").count(where: { $0.contains(wanted) }) < count {
          usleep(100_000)
        }
        #expect(text.split(separator: "\n").count { $0.contains(wanted) } == count, "\(wanted): \(text)")
      }
    }

    /// The copies of a function that the stack runs at once.
    private static func sandboxes(of product: String) throws -> Int {
      let list = try SourceFiles.text(of: "terraform/functions.yaml")
      let entry = try #require(list.range(of: "product: \(product)\n")).upperBound
      let value = try #require(list.range(of: "sandboxes: ", range: entry..<list.endIndex)).upperBound
      return try #require(Int(list[value...].prefix { $0.isNumber }))
    }

    /// The functions' connections to the database.
    private func connections() throws -> Int {
      let rows = try deployed.database.query(
        """
        select count(*) as n from pg_stat_activity
        where datname = current_database() and application_name in ('festvibes-loader', 'festvibes-cache-manager')
        """, deadline: stack.deadline)
      return try #require(rows.first)["n"] as Int
    }

    /// The most executions that ran at one time.
    private func overlap(_ executions: some Collection<Execution>) -> Int {
      executions.map { one in
        executions.count { $0.startDate <= one.startDate && one.startDate < ($0.stopDate ?? .distantFuture) }
      }.max() ?? 0
    }

    private func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("Ten datasets of one minute run once each, five items at a time, within the functions' connections")
    func together() throws {
      let environment = deployed.environment.merging(["ENABLE_SCHEDULER": "true", "TZ": "UTC"]) { $1 }
      try set("2024-05-31T05:59:00Z")
      let schedulers = try (0..<2).map { _ in try Scheduler(clock, environment) }
      for scheduler in schedulers { scheduler.wait(for: "the next time is 2024-05-31 06:00:00 UTC", 10) }
      #expect(try stack.steps.listExecutions(of: machine, limit: 100, deadline: stack.deadline).isEmpty)

      let before = try connections()
      try set("2024-05-31T06:00:10Z")
      var most = 0
      var open = Set(ids)
      let deadline = stack.deadline
      while !open.isEmpty {
        most = max(most, try connections())
        for id in open {
          let found = try? stack.steps.describeExecution(arn(id), deadline: stack.deadline)
          if found?.status.isFinal == true { open.remove(id) }
        }
        try #require(!deadline.hasPassed)
        usleep(100_000)
      }
      // Each sandbox has one connection, whatever the number of runs.
      #expect(most > before)
      #expect(most - before <= (try Self.sandboxes(of: "Loader")) + (try Self.sandboxes(of: "CacheManager")))
      for scheduler in schedulers { scheduler.wait(for: "-20240531T0600Z ", 10) }
      for id in ids {
        let run = try stack.finish(arn(id))
        #expect(run.items.count == Self.cities.count, "\(id)")
        #expect(overlap(run.items.values) <= 5, "\(id)")
        let rows = try deployed.database.query(
          "select trigger, status from etl_runs where dataset = $1 and run = $2", [.text(id), .text(name(id))],
          deadline: stack.deadline)
        #expect(rows.count == 1)
        #expect(try rows.first?["trigger"] as String? == "schedule")
        #expect(try rows.first?["status"] as String? == (id == ids[0] ? "partial" : "success"))
      }

      // A restart an hour later starts nothing twice.
      for scheduler in schedulers {
        scheduler.process.signal(SIGTERM)
        #expect(scheduler.process.wait() == 0)
        #expect(scheduler.text.contains("ended: no schedule starts a run any more"))
      }
      try set("2024-05-31T07:00:00Z")
      let restarted = try Scheduler(clock, environment)
      restarted.wait(for: "-20240531T0600Z was started before", 10)
      restarted.process.signal(SIGINT)
      #expect(restarted.process.wait() == 0)
      #expect(try stack.steps.listExecutions(of: machine, limit: 100, deadline: stack.deadline).count == 10)

      try checkOperator(environment)
    }

    private var machine: StepFunctionsClient.Owner { .stateMachine(deployed.environment["STATE_MACHINE_ARN"] ?? "") }

    /// The commands of an operator know all ten.
    private func checkOperator(_ environment: [String: String]) throws {
      let listed = try FestVibesProcess("datasets", "--json", environment: environment)
      let list = try #require(try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]])
      for entry in list where entry["id"] as? String != "wwoz" {
        let run = try #require(entry["last_run"] as? [String: Any])
        #expect(run["run"] as? String == name(entry["id"] as? String ?? ""))
        #expect(entry["loaded_at"] is String && entry["overdue_since"] is NSNull)
        #expect((entry["next_at"] as? String)?.hasSuffix("T06:00:00.000Z") == true)
      }
      // One run was not done, another is too long ago.
      try deployed.database.query(
        "update etl_runs set started_at = started_at - interval '3 days' where dataset = $1", [.text(ids[1])],
        deadline: stack.deadline)
      let status = try FestVibesProcess("status", environment: environment)
      #expect(status.output.contains("Another dataset: the last run of \(ids[0]), \(name(ids[0])), was not done"))
      #expect(status.output.contains("Another dataset: \(ids[1]) is overdue: no run began at "), "\(status.output)")
      #expect(status.output.contains("run --dataset \(ids[1])\n") && !status.output.contains(ids[2]))
      let shown = try FestVibesProcess("datasets", environment: environment)
      #expect(
        shown.output.contains("overdue since ") && shown.output.contains("\(ids[1]) is overdue"), "\(shown.output)")

      try write(ids[0], Self.lateCity)
      let retry = try FestVibesProcess("retry", name(ids[0]), "--json", environment: environment)
      #expect(retry.status == 0, "\(retry.error)")
      #expect(try object(retry.output)["dataset"] as? String == ids[0])
      let doctor = try FestVibesProcess("doctor", "--json", environment: environment)
      let checks = try #require(try object(doctor.output)["checks"] as? [[String: String]])
      for id in ids {
        let check = try #require(checks.first { $0["name"] == "dataset \(id)" })
        #expect(check["outcome"] == "ok" && check["detail"]?.hasPrefix("valid, next at ") == true, "\(check)")
      }
    }
  }
}
