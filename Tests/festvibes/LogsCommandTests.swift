import ConcertsSink
import Contracts
import Foundation
import Ledger
import TestSupport
import Testing
import Time

/// `festvibes logs`, against scripted CloudWatch Logs and Step Functions.
@Suite("The command logs")
struct LogsCommandTests {
  private static let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-dev-etl"

  private func environment(_ server: ScriptedServer) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "hush",
      "STATE_MACHINE_ARN": Self.machine, "AWS_REGION": "us-east-1", "TZ": "America/Chicago",
    ]
  }

  /// Each group has one line, in the order of the functions' names; the run began at 1717182000 and ended a minute later.
  private func server(_ message: String = "done", missing: String = "") throws -> ScriptedServer {
    try ScriptedServer { request in
      let body = String(decoding: request.body, as: UTF8.self).replacing("\\/", with: "/")
      switch request.header("X-Amz-Target")?.split(separator: ".").last ?? "" {
      case "DescribeExecution" where body.contains("nightly"):
        return .http(
          200, [],
          #"{"executionArn":"x","name":"nightly","status":"SUCCEEDED","startDate":1717182000,"stopDate":1717182060}"#)
      case "DescribeExecution": return .http(400, [], #"{"__type":"ExecutionDoesNotExist"}"#)
      case "FilterLogEvents":
        guard missing.isEmpty || !body.contains(missing) else {
          return .http(400, [], #"{"__type":"ResourceNotFoundException","message":"no group"}"#)
        }
        let group = body.firstMatch(of: /festvibes-dev-[a-z-]+/)?.0 ?? ""
        let line = #"{\"level\":\"ERROR\",\"message\":\"\#(message) \#(group)\",\"run\":\"nightly\",\"item\":\"i\"}"#
        return .http(
          200, [], #"{"events":[{"eventId":"\#(group)","timestamp":1717182000250,"message":"\#(line)"}]}"#)
      default: return .http(400, [], #"{"__type":"UnknownOperationException"}"#)
      }
    }
  }

  @Test("The lines of a run are those of all functions of the deployment, in the time of the run")
  func run() throws {
    let server = try server()
    let ran = try FestVibesProcess("logs", "--run", "nightly", environment: environment(server))
    #expect(ran.status == 0 && ran.error.isEmpty, "\(ran.error)")
    let names = [
      "CacheManager cache-manager", "DateRangeGenerator date-range-generator", "Enricher enricher", "Loader loader",
      "ReadAPI read-api", "Scraper scraper",
    ]
    #expect(
      ran.output.split(separator: "\n").map(String.init)
        == names.map { name in
          let parts = name.split(separator: " ")
          return "2024-05-31 14:00:00.250 CDT ERROR \(parts[0]) nightly i done festvibes-dev-\(parts[1])"
        })
    let asked = server.requests.filter { $0.header("X-Amz-Target")?.hasSuffix("FilterLogEvents") == true }
    #expect(asked.count == 6)
    let body = try #require(try JSONSerialization.jsonObject(with: asked[0].body) as? [String: Any])
    #expect(body["startTime"] as? Int == 1_717_181_940_000)
    #expect(body["endTime"] as? Int == 1_717_182_120_000)
  }

  @Test("One function's group is read alone, and its lines are printed as JSON")
  func json() throws {
    let server = try server()
    let ran = try FestVibesProcess(
      "logs", "--function", "loader", "--json", "--since", "1h", environment: environment(server))
    #expect(ran.status == 0)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: String])
    #expect(
      object["function"] == "Loader" && object["run"] == "nightly" && object["timestamp"] == "2024-05-31T19:00:00.250Z")
    #expect(server.requests.count == 1)
  }

  @Test("A missing log group is an error with the command that makes it")
  func missingGroup() throws {
    let ran = try FestVibesProcess(
      "logs", "--function", "Scraper", environment: environment(server(missing: "dev-scraper")))
    #expect(ran.status == 1)
    #expect(ran.error.hasPrefix("Error: there is no log group /aws/lambda/festvibes-dev-scraper: "), "\(ran.error)")
    #expect(ran.error.hasSuffix("\nnext: make up\n"))
  }

  @Test("An optional function that is not deployed has no lines; asked for by its name, it is missing")
  func optional() throws {
    let environment = environment(try server(missing: "dev-enricher"))
    let ran = try FestVibesProcess("logs", "--run", "nightly", "--errors", environment: environment)
    #expect(ran.status == 0 && ran.error.isEmpty, "\(ran.error)")
    #expect(ran.output.split(separator: "\n").count == 5, "\(ran.output)")
    let named = try FestVibesProcess("logs", "--function", "Enricher", environment: environment)
    #expect(named.status == 1)
    #expect(named.error.contains("there is no log group /aws/lambda/festvibes-dev-enricher: "), "\(named.error)")
    let help = try FestVibesProcess("logs", "--help")
    let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("Enricher, Loader, ReadAPI, Scraper"))
  }

  @Test("A run that nobody knows is an error, and a known one without the wanted lines is not")
  func nothing() throws {
    let unknown = try FestVibesProcess("logs", "--run", "nihgtly", environment: environment(server()))
    #expect(unknown.status == 1)
    #expect(unknown.error.contains("no line of a run 'nihgtly' since "))
    #expect(unknown.error.hasSuffix("/festvibes status\n"), "\(unknown.error)")
    let empty = try FestVibesProcess("logs", "--run", "nightly", "--item", "other", environment: environment(server()))
    #expect(empty.status == 0 && empty.output.isEmpty)
    #expect(empty.error.hasPrefix("No lines since 2024-05-31 13:59:00 CDT."), "\(empty.error)")
  }

  @Test(
    "Without --dataset the ledger says of which dataset a run is that Step Functions no longer has",
    .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
  func ofDataset() throws {
    let database = try TestDatabase(migrated: true)
    let deadline = Deadline(after: .seconds(30), on: SystemTime())
    let opening = RunOpening(trigger: .manual, startedAt: Date() - 600, items: [try WorkItem(id: "all")])
    try Ledger(Database(url: database.url, migrations: ConcertsSink.migrations)).record(
      .opened(opening), ofRun: "cli-8",
      in: Dataset(id: "sample_products", dataType: "items", timeZone: "UTC", extractor: "file", sinks: []),
      deadline: deadline)
    var environment = environment(try server())
    environment["PG_DATABASE_URL"] = database.url
    let known = try FestVibesProcess("logs", "--run", "cli-8", environment: environment)
    #expect(known.error.contains("no line of a run 'cli-8' since "), "\(known.error)")
    #expect(known.error.hasSuffix("/festvibes status --dataset sample_products\n"), "\(known.error)")
    let unknown = try FestVibesProcess("logs", "--run", "cli-9", environment: environment)
    #expect(unknown.status == 1 && unknown.error.contains("there is no run 'cli-9'"), "\(unknown.error)")
  }

  @Test("With --follow, each line is shown once until Ctrl-C")
  func follow() throws {
    let server = try server()
    let ran = try FestVibesProcess(
      ["logs", "--follow", "--function", "Loader"], environment: environment(server),
      interruptedWhen: { server.requests.count >= 3 })
    #expect(ran.status == 130)
    #expect(ran.output.split(separator: "\n").count == 1, "\(ran.output)")
  }

  @Test(
    "Wrong arguments",
    arguments: [
      (["--since", "1w"], 64), (["--date", "may"], 64), (["--function", "Mapper"], 1),
    ] as [([String], Int32)])
  func usage(arguments: [String], status: Int32) throws {
    let ran = try FestVibesProcess(["logs"] + arguments, environment: environment(server()))
    #expect(ran.status == status)
    #expect(ran.error.contains("'\(arguments[1])'"))
  }
}
