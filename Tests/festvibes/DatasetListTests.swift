import Contracts
import Datasets
import Foundation
import TestSupport
import Testing
import Time

@testable import festvibes

@Suite("The list of datasets, and overdue schedules")
struct DatasetListTests {
  private func schedules(_ crons: [String: String]) throws -> (ScheduleFixture, [DatasetSchedule]) {
    let fixture = try ScheduleFixture(crons)
    return (fixture, try #require(fixture.reader.changes()).schedules)
  }

  private func time(_ text: String) throws -> Date { try #require(RFC3339.parse(text)).date }

  @Test(
    "A schedule is overdue if its time passed by more than 4 hours without a run",
    arguments: [
      ("2024-05-31T09:59:00Z", "2024-05-30T06:00:30Z", nil), ("2024-05-31T10:00:00Z", "2024-05-31T06:00:00Z", nil),
      ("2024-05-31T10:00:00Z", "2024-05-31T05:59:59Z", "2024-05-31T06:00:00Z"),
      ("2024-05-31T10:00:00Z", nil, nil), ("2024-06-01T09:00:00Z", "2024-05-31T07:00:00Z", nil),
    ] as [(String, String?, String?)])
  func overdue(now: String, lastRun: String?, expected: String?) throws {
    let (_, schedules) = try schedules(["a": "0 6 * * ? *"])
    let found = OverdueSchedule.last(of: schedules, lastRun: try lastRun.map(time), at: try time(now))
    #expect(found?.time == (try expected.map(time)))
    guard let found else { return }
    #expect(found.sentence.hasPrefix("a is overdue: no run began at 2024-05-31 "))
    #expect(found.next(call: "festvibes").command == "festvibes run --dataset a")
  }

  @Test("Only what is meant to start runs can be late: the local stack's scheduler is off by default")
  func expected() {
    let local = ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"]
    #expect(Settings([:]).expectsSchedules)
    #expect(!Settings(local).expectsSchedules)
    #expect(!Settings(local.merging(["ENABLE_SCHEDULER": "false"]) { $1 }).expectsSchedules)
    #expect(Settings(local.merging(["ENABLE_SCHEDULER": "true"]) { $1 }).expectsSchedules)
  }

  @Test(
    "Without a database the datasets and their next runs are listed, and the list says that the ledger was not read")
  func withoutLedger() throws {
    let fixture = try ScheduleFixture(["a": "0 6 * * ? *"])
    let text = """
      dataset_id: b
      data_type: x
      schedule: {cron: "0 6 * * ? *"}
      extract: {plugin: http, url: "https://x.example/"}
      parse: {plugin: json}
      load: {plugin: postgres, table: t, key: id, columns: {id: text}}
      """
    try FileManager.default.createDirectory(at: fixture.folder.appending(path: "b"), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: fixture.folder.appending(path: "b/dataset.yaml"))
    let port = try FreePort.find()
    for environment in [[:], ["PG_DATABASE_URL": "postgresql://u:p@127.0.0.1:\(port)/d"]] {
      let variables = environment.merging(["DATASETS_DIR": fixture.folder.path, "TZ": "UTC"]) { $1 }
      let ran = try FestVibesProcess("datasets", environment: variables)
      #expect(ran.status == 0, "\(ran.error)")
      #expect(ran.output.contains("The ledger was not read, so that last runs and freshness are not known: "))
      #expect(ran.output.contains(" 06:00:00 UTC") && ran.output.contains("✗ a") && !ran.output.contains("never"))
      let json = try FestVibesProcess("datasets", "--json", environment: variables)
      #expect(json.error.hasPrefix("Note: The ledger was not read"))
      let list = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
      #expect(list.map { $0["ok"] as? Bool } == [false, true])
      #expect(list[1]["last_run"] is NSNull && list[1]["loaded_at"] is NSNull && list[1]["overdue_since"] is NSNull)
      let schedule = try #require((list[1]["schedules"] as? [[String: Any]])?.first)
      #expect(schedule["cron"] as? String == "0 6 * * ? *" && schedule["job_type"] is NSNull)
      #expect(schedule["next_at"] as? String == list[1]["next_at"] as? String)
      #expect((list[1]["next_at"] as? String)?.hasSuffix("T06:00:00.000Z") == true)
    }
  }

  @Test("The program ends cleanly at Ctrl-C and SIGTERM, also while Step Functions is away")
  func ends() throws {
    let fixture = try ScheduleFixture(["a": "* * * * ? *"])
    let port = try FreePort.find()
    let environment = [
      "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "AWS_ACCESS_KEY_ID": "A",
      "AWS_SECRET_ACCESS_KEY": "B", "AWS_REGION": "us-east-1", "DATASETS_DIR": fixture.folder.path,
      "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:etl", "HOME": "/nonexistent",
    ]
    for signal in [SIGINT, SIGTERM] {
      let log = fixture.folder.appending(path: "log-\(signal)").path
      let program = try ChildProcess(FestVibesProcess.binary.path, ["schedule"], environment: environment, output: log)
      let text = { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
      for _ in 0..<300 where !text().contains("could not be started") { usleep(100_000) }
      #expect(text().contains("could not be started, and is tried again until "), "\(text())")
      program.signal(signal)
      #expect(program.wait() == 0)
      #expect(text().contains("ended: no schedule starts a run any more"), "\(text())")
    }
  }

  @Test("An unknown dataset is refused, and so is a clock without a time")
  func refused() throws {
    let unknown = try FestVibesProcess("schedule", "--dataset", "nope")
    #expect(unknown.status == 64 && unknown.error.contains("must be one of"))
    let without = try FestVibesProcess("schedule")
    #expect(without.status == 1 && without.error.contains("STATE_MACHINE_ARN is not set"))
  }
}
