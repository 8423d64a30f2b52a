import ConcertsSink
import Contracts
import Foundation
import Ledger
import TestSupport
import Testing
import Time

/// Commands that read the ledger, against a database of their own.
@Suite("Ledger commands", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class LedgerCommandTests {
  private let database: TestDatabase
  private let deadline = Deadline(after: .seconds(30), on: SystemTime())
  private let dataset = Dataset.wwoz
  private var servers: [ScriptedServer] = []
  /// 2024-05-31 and the day after it.
  private let items = (0...1).map { WorkItem(date: CalendarDate(daysSinceEpoch: 19_874).adding(days: $0)) }

  /// Writes a run of two items: one with a rejected record, and one that failed.
  init() throws {
    database = try TestDatabase(migrated: true)
    let connection = try Database(url: database.url, migrations: ConcertsSink.migrations)
    let ledger = Ledger(connection)
    let opening = RunOpening(trigger: .manual, startedAt: Date() - 600, items: items)
    try ledger.record(.opened(opening), ofRun: "cli-7", in: dataset, deadline: deadline)
    _ = try ConcertsSink(connection, zone: dataset.timeZoneRules()).load(
      Data(#"{"records":[{"artist_data":{"name":"A"},"performance_time":"soon"}]}"#.utf8),
      for: LoadTarget(dataset: dataset, item: items[0], key: "raw/7.json", run: "cli-7"), deadline: deadline)
    let failure = ItemFailure(
      item: items[1], stage: .scrape, error: "SourceChanged", cause: #"{"errorMessage":"no frame"}"#, failedAt: Date())
    try ledger.record(.failed(failure), ofRun: "cli-7", in: dataset, deadline: deadline)
    let closing = RunClosing(opening: opening, endedAt: Date(), outcome: .finished(failedItems: [items[1].id]))
    try ledger.record(.closed(closing), ofRun: "cli-7", in: dataset, deadline: deadline)
  }

  private var environment: [String: String] { ["PG_DATABASE_URL": database.url] }

  @Test("Status comes from the ledger and needs no Step Functions; it is a check, and names the next command")
  func status() throws {
    let ran = try FestVibesProcess("status", "--days", "2", environment: environment)
    #expect(ran.status == 1, "\(ran.error)")
    #expect(ran.output.contains("\ncli-7  "))
    #expect(ran.output.contains("  partial  "))
    #expect(ran.output.contains("  2024-06-01: SourceChanged: no frame\n"))
    #expect(ran.output.split(separator: "\n").count { $0.hasPrefix("· ") && $0.contains("never") } == 3)
    #expect(ran.output.contains("\nThe cache was not checked: REDIS_URL is not set.\n"))
    #expect(ran.output.contains("\nnot ok: the last run, cli-7, was not done: 1 done, 1 failed.\n"))
    #expect(ran.output.split(separator: "\n").last?.hasSuffix("festvibes logs --run cli-7 --errors") == true)
    #expect(!ran.output.contains("Step Functions"))
  }

  @Test("The freshness of past dates and of single items is shown, with the run to retry")
  func past() throws {
    for arguments in [
      ["--from", "2024-05-31", "--to", "2024-06-02"], ["--item", "2024-06-01", "--item", "2024-05-31"],
    ] {
      let ran = try FestVibesProcess(["status"] + arguments, environment: environment)
      #expect(ran.status == 1, "\(ran.error)")
      #expect(ran.output.contains("\n~ 2024-05-31 ") || ran.output.contains("\n✓ 2024-05-31 "))
      #expect(ran.output.contains("\n! 2024-06-01 "))
      #expect(ran.output.contains("failed in scrape: SourceChanged"))
      #expect(ran.output.contains("\nStale: 2024-06-01.\n"))
      #expect(ran.output.contains("\n· 2024-06-02 ") == arguments.contains("2024-06-02"))
    }
    let both = try FestVibesProcess("status", "--item", "2024-06-01", "--from", "2024-06-01", environment: environment)
    #expect(both.status == 64)
    let long = try FestVibesProcess("status", "--from", "2023-01-01", "--to", "2024-06-01", environment: environment)
    #expect(long.status == 64)
  }

  @Test("A run that neither the ledger nor Step Functions has is not found")
  func unknownRun() throws {
    let ledgerOnly = try FestVibesProcess("status", "TYPO", environment: environment)
    #expect(ledgerOnly.status == 1)
    #expect(ledgerOnly.output.isEmpty)
    #expect(ledgerOnly.error.contains("there is no run 'TYPO' of the dataset wwoz"))
    let server = try ScriptedServer { _ in
      .http(400, [], #"{"__type":"ExecutionDoesNotExist","message":"Execution Does Not Exist"}"#)
    }
    let both = try FestVibesProcess(
      "status", "TYPO", environment: environment.merging(stepFunctions(server.url)) { $1 })
    #expect(both.status == 1)
    #expect(both.error.contains("there is no run 'TYPO' of the dataset wwoz in the ledger or in Step Functions"))
    var alone = stepFunctions(server.url)
    alone["PG_DATABASE_URL"] = nil
    let executions = try FestVibesProcess("status", "TYPO", environment: alone)
    #expect(executions.status == 1)
    #expect(executions.error.contains("there is no run 'TYPO' of the dataset wwoz in Step Functions"))
  }

  private func stepFunctions(_ url: String) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "hush",
      "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:etl",
    ]
  }

  @Test("JSON is one object with the documented fields")
  func json() throws {
    let ran = try FestVibesProcess(
      "status", "--json", "--from", "2024-05-31", "--to", "2024-06-01", environment: environment)
    #expect(ran.status == 1, "\(ran.error)")
    #expect(ran.output.split(separator: "\n").count == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
    #expect(object["ok"] as? Bool == false)
    let run = try #require((object["runs"] as? [[String: Any]])?.first)
    #expect(run["item_states"] as? [String: Int] == ["done": 1, "failed": 1])
    let items = try #require(object["items"] as? [[String: Any]])
    #expect(items.map { $0["item"] as? String } == ["2024-05-31", "2024-06-01"])
    #expect(items.map { $0["stale"] as? Bool } == [false, true])
    let failure = try #require(items[1]["failure"] as? [String: Any])
    #expect(failure["error"] as? String == "SourceChanged")
    #expect(failure["cause"] as? String == "no frame")
    #expect(failure["run"] as? String == "cli-7")
    #expect((object["next"] as? [String])?.first?.hasSuffix(" logs --run cli-7 --errors") == true)
  }

  @Test("Status needs no settings of the sinks")
  func withoutSinks() throws {
    let ran = try FestVibesProcess(
      "status", "--days", "0", environment: environment.merging(["MIN_LISTING_RATIO": "7"]) { $1 })
    #expect(ran.status == 1, "\(ran.error)")
    #expect(ran.output.contains("\ncli-7  "))
    #expect(!ran.output.contains("Step Functions"))
  }

  @Test("A run is shown item by item")
  func run() throws {
    let ran = try FestVibesProcess("status", "cli-7", environment: environment)
    #expect(ran.status == 1, "\(ran.error)")
    #expect(ran.output.contains("✓ 2024-05-31      1    0        0          0         1          0"))
    #expect(ran.output.contains("✗ 2024-06-01  failed in scrape: SourceChanged\n"))
    #expect(ran.output.contains("1 found = 0 new + 0 changed + 0 unchanged + 1 rejected."))
  }

  @Test("Step Functions has the end of a run that could not close itself, and the ledger has it from then on")
  func openRun() throws {
    let ledger = Ledger(try Database(url: database.url, migrations: ConcertsSink.migrations))
    let opening = RunOpening(trigger: .replay, startedAt: Date() - 60, items: [items[0]])
    try ledger.record(.opened(opening), ofRun: "cli-8", in: dataset, deadline: deadline)
    let stop = Date().timeIntervalSince1970
    let server = try ScriptedServer { request in
      let text = "\(request)"
      if text.contains("ListMapRuns") { return .http(200, [], #"{"mapRuns":[]}"#) }
      if text.contains("ListExecutions") { return .http(200, [], #"{"executions":[]}"#) }
      if text.contains("GetExecutionHistory") { return .http(200, [], #"{"events":[]}"#) }
      return .http(
        200, [],
        #"{"executionArn":"a","name":"cli-8","status":"ABORTED","startDate":\#(stop - 60),"stopDate":\#(stop)}"#)
    }
    #expect(try FestVibesProcess("status", environment: environment).output.contains("  running  "))
    var environment = environment.merging(stepFunctions(server.url)) { $1 }
    // The ledger is shown even if Step Functions cannot be reached.
    environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    let unreachable = try FestVibesProcess("status", environment: environment)
    #expect(unreachable.output.contains("  running  "))
    #expect(unreachable.output.contains("\nStep Functions could not be asked, so open runs may have ended: "))
    environment["AWS_ENDPOINT_URL"] = server.url
    let list = try FestVibesProcess("status", environment: environment)
    #expect(list.status == 1, "\(list.error)")
    #expect(!list.output.contains("running"))
    #expect(list.output.contains("\n  Aborted: the run was stopped by a person or a program."))
    #expect(list.output.contains("2024-05-31 was not tried, because the run ended before."))
    // Written into the ledger: Step Functions is not needed any more.
    let later = try FestVibesProcess("status", "cli-8", environment: self.environment)
    #expect(later.output.contains("\nstopped: 1 date in "))
    #expect(later.output.contains("0 done, 0 failed, 1 not tried"))
    #expect(later.output.contains("✗ 2024-05-31  not tried\n"))
  }

  /// Opens cli-8, which Step Functions does not have.
  private func forgottenRun(age: Double, items: [WorkItem]) throws -> (Ledger, [String: String]) {
    let ledger = Ledger(try Database(url: database.url, migrations: ConcertsSink.migrations))
    let opening = RunOpening(trigger: .manual, startedAt: Date() - age, items: items)
    try ledger.record(.opened(opening), ofRun: "cli-8", in: dataset, deadline: deadline)
    let server = try ScriptedServer { request in
      "\(request)".contains("ListExecutions")
        ? .http(200, [], #"{"executions":[]}"#)
        : .http(400, [], #"{"__type":"ExecutionDoesNotExist","message":"Execution Does Not Exist"}"#)
    }
    servers.append(server)
    return (ledger, environment.merging(stepFunctions(server.url)) { $1 })
  }

  @Test("A run that Step Functions has forgotten is closed by status, with one cause and one count")
  func lostRun() throws {
    let (ledger, environment) = try forgottenRun(age: 120, items: items)
    try ledger.recordLoad(
      LoadReport(records: RecordCounts(found: 2, new: 2)), of: Data("{}".utf8),
      for: LoadTarget(dataset: dataset, item: items[0], key: "raw/8.json", run: "cli-8"), deadline: deadline)
    let ran = try FestVibesProcess("status", environment: environment)
    #expect(ran.status == 1, "\(ran.error)")
    #expect(ran.output.contains("  lost  "))
    #expect(ran.output.split(separator: "Lost: Step Functions no longer has the run: ").count == 2, "\(ran.output)")
    #expect(ran.output.contains("\n  2024-06-01 has no load in the ledger.\n"))
    #expect(ran.output.contains("\nnot ok: the last run, cli-8, was not done: 1 done, 0 failed, 1 not tried"))
    #expect(ran.output.contains("festvibes retry cli-8\n"))
    let found = try #require(try ledger.run(named: "cli-8", of: dataset, deadline: deadline))
    #expect(found.record.status == .failed && found.record.error == "Lost")
    #expect(found.record.itemsAborted == [] && found.record.itemsNotTried == [items[1].id])
    #expect(found.record.itemsLoaded == 1 && found.record.records.found == 2)
    let later = try FestVibesProcess("status", "cli-8", environment: self.environment)
    #expect(later.output.contains("\nlost: 2 dates, 1 done, 0 failed, 1 not tried, started "))
  }

  @Test("Watch and stop say what became of a run that Step Functions has forgotten, and close it")
  func watchAndStop() throws {
    let (ledger, environment) = try forgottenRun(age: 120, items: items)
    let text = "Step Functions does not have cli-8. By the ledger it was lost, 0 done, 0 failed, 2 not tried.\n"
    // The run cli-7 began later, and has loaded one of the two.
    let left = "1 of the 2 items that cli-8 did not do was loaded since: retry leaves it out.\nnext: "
    let watch = try FestVibesProcess("watch", "cli-8", environment: environment)
    #expect(watch.status == 1)
    #expect(
      watch.output.hasPrefix(text + left) && watch.output.hasSuffix(" retry cli-8\n"), "\(watch.output)\(watch.error)")
    let stop = try FestVibesProcess("stop", "cli-8", environment: environment)
    #expect(stop.status == 0 && stop.output == watch.output)
    let json = try FestVibesProcess("watch", "cli-8", "--json", environment: environment)
    #expect(json.status == 1 && json.output.isEmpty && json.error == "Error: \(watch.output)")
    #expect(try ledger.run(named: "cli-8", of: dataset, deadline: deadline)?.record.error == "Lost")
    // Step Functions has no run: the newest is the ledger's.
    let newest = try FestVibesProcess("watch", environment: environment)
    #expect(newest.status == 1 && newest.output == watch.output, "\(newest.output)\(newest.error)")
    let other = try FestVibesProcess("watch", "--dataset", "bcra_infomondia_series", environment: environment)
    #expect(other.status == 1 && other.error.hasPrefix("Error: there is no run yet\nnext: "), "\(other.error)")
    let closed = try FestVibesProcess("watch", "cli-7", environment: environment)
    #expect(closed.status == 1)
    #expect(closed.output.contains("cli-7. By the ledger it has ended: partial, 1 done, 1 failed.\nnext: "))
    // Another run has loaded since what it left.
    let opening = RunOpening(trigger: .manual, startedAt: Date(), items: items)
    try ledger.record(.opened(opening), ofRun: "cli-10", in: dataset, deadline: deadline)
    for item in items {
      try ledger.recordLoad(
        LoadReport(records: RecordCounts(found: 2, new: 2)), of: Data("{}".utf8),
        for: LoadTarget(dataset: dataset, item: item, key: "raw/10-\(item).json", run: "cli-10"), deadline: deadline)
    }
    for command in ["watch", "stop"] {
      let repaired = try FestVibesProcess(command, "cli-8", environment: environment)
      #expect(repaired.status == (command == "watch" ? 1 : 0))
      #expect(
        repaired.output.hasSuffix("\nNothing to retry: the 2 items that cli-8 did not do were loaded since.\n"),
        "\(repaired.output)\(repaired.error)")
    }
    let unknown = try FestVibesProcess("stop", "cli-9", environment: environment)
    #expect(unknown.status == 1 && unknown.error.hasPrefix("Error: there is no run 'cli-9'\n"))
  }

  @Test(
    "A run that has just begun is left open, and watch, stop and retry say so", arguments: ["watch", "stop", "retry"])
  func youngRun(command: String) throws {
    let (ledger, environment) = try forgottenRun(age: 1, items: items)
    let ran = try FestVibesProcess(command, "cli-8", environment: environment)
    #expect(ran.status == 1)
    let text = ran.output + ran.error
    #expect(text.contains("cli-8. By the ledger it is open, 0 done, 0 failed"), "\(text)")
    #expect(text.contains("cli-8, which began less than a minute ago: ask again later.\nnext: "))
    #expect(text.hasSuffix(" status cli-8\n"))
    #expect(try ledger.run(named: "cli-8", of: dataset, deadline: deadline)?.record.status == .running)
  }

  @Test("Rejected records are listed")
  func rejected() throws {
    for arguments in [[], ["--date", "2024-05-31"], ["--item", "2024-05-31"], ["--run", "cli-7"], ["--wide"]] {
      let ran = try FestVibesProcess(["rejected"] + arguments, environment: environment)
      #expect(ran.status == 0, "\(ran.error)")
      #expect(ran.output.contains("raw/7.json") == (arguments == ["--wide"]))
      #expect(ran.output.contains("cannot be read: 'venue_data' is missing"))
      #expect(ran.output.contains("\n2024-05-31         A "))
    }
    let json = try FestVibesProcess("rejected", "--json", environment: environment)
    let list = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
    let record = try #require(list?.first?["record"] as? [String: Any])
    #expect(record["performance_time"] as? String == "soon")
    #expect(record["artist_data"] as? [String: String] == ["name": "A"])
    #expect(
      try FestVibesProcess("rejected", "--date", "2024-06-01", environment: environment).output
        == "No record of the dataset wwoz is in quarantine.\n")
    #expect(
      try FestVibesProcess("rejected", "--run", "cli-7", "--date", "2024-06-01", environment: environment).output
        == "The run rejected no record of the dataset wwoz.\n")
    let unknown = try FestVibesProcess("rejected", "--run", "cli-9", environment: environment)
    #expect(unknown.status == 1)
    #expect(unknown.error.contains("the ledger has no run 'cli-9' of the dataset wwoz"))
    #expect(unknown.error.contains("\nnext: ") && unknown.error.hasSuffix("festvibes status\n"))
  }

  @Test("A run is found without --dataset, and status names another dataset whose last run failed")
  func otherDataset() throws {
    let other = Dataset(id: "sample_products", dataType: "items", timeZone: "UTC", extractor: "file", sinks: [])
    let item = try WorkItem(id: "all")
    let ledger = Ledger(try Database(url: database.url, migrations: ConcertsSink.migrations))
    let opening = RunOpening(trigger: .manual, startedAt: Date() - 600, items: [item])
    try ledger.record(.opened(opening), ofRun: "cli-8", in: other, deadline: deadline)
    let failure = ItemFailure(item: item, stage: .scrape, error: "SourceChanged", cause: "odd", failedAt: Date())
    try ledger.record(.failed(failure), ofRun: "cli-8", in: other, deadline: deadline)
    let closing = RunClosing(opening: opening, endedAt: Date(), outcome: .finished(failedItems: ["all"]))
    try ledger.record(.closed(closing), ofRun: "cli-8", in: other, deadline: deadline)
    let run = try FestVibesProcess("status", "cli-8", environment: environment)
    #expect(run.status == 1 && run.output.contains("SourceChanged"), "\(run.error)")
    #expect(
      try FestVibesProcess("rejected", "--run", "cli-8", environment: environment).output
        == "The run rejected no record of the dataset sample_products.\n")
    let all = try FestVibesProcess("status", environment: environment)
    #expect(
      all.output.contains(
        "\nAnother dataset: the last run of sample_products, cli-8, was not done: 0 done, 1 failed.\n"))
    #expect(all.output.hasSuffix("festvibes status --dataset sample_products\n"))
  }

  @Test("Without a database, status comes from Step Functions and says why")
  func withoutDatabase() throws {
    let server = try ScriptedServer { _ in .http(200, [], #"{"executions":[]}"#) }
    var environment = [
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "hush",
      "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:etl",
    ]
    let unset = try FestVibesProcess("status", environment: environment)
    #expect(unset.status == 0)
    #expect(unset.output.hasPrefix("No runs yet"))
    #expect(unset.output.hasSuffix("from Step Functions, not from the ledger: PG_DATABASE_URL is not set\n"))
    environment["PG_DATABASE_URL"] = "postgresql://nobody:pa55word@127.0.0.1:1/none"
    let unreachable = try FestVibesProcess("status", environment: environment)
    #expect(unreachable.status == 1, "nobody knows whether a date is stale")
    #expect(unreachable.output.contains("from Step Functions, not from the ledger: PG_DATABASE_URL: "))
    #expect(unreachable.output.hasSuffix("festvibes doctor\n"))
    #expect(!(unreachable.output + unreachable.error).contains("pa55word"))
    environment["STATE_MACHINE_ARN"] = nil
    let both = try FestVibesProcess("status", environment: environment)
    #expect(both.status == 1)
    #expect(both.error.contains("STATE_MACHINE_ARN is not set"))
    #expect(both.error.contains("\nThe ledger did not help either: PG_DATABASE_URL: "))
    #expect(!both.error.contains("pa55word"))
    let rejected = try FestVibesProcess("rejected", environment: environment)
    #expect(rejected.status == 1)
    #expect(!(rejected.output + rejected.error).contains("pa55word"))
  }
}
