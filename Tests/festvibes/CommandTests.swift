import Foundation
import Settings
import TestSupport
import Testing

/// Whole commands, from the arguments to the exit status, against scripted Step Functions and Lambda.
@Suite("Commands")
struct CommandTests {
  @Test("Help lists the commands in the order of their use, and names the settings of each")
  func helpLists() throws {
    let help = try FestVibesProcess("--help").output
    let listed = help.split(separator: "SUBCOMMANDS:").last?.matches(of: /\n  ([a-z]+)\s/).map { String($0.1) }
    #expect(
      listed == [
        "run", "schedule", "watch", "stop", "retry", "replay", "cache", "status", "logs", "rejected", "state", "lock",
        "doctor",
        "show", "versions", "diff", "search", "similar", "geocode", "links", "duplicates",
        "datasets", "check", "try", "quality", "schema", "report", "serve", "migrate", "invoke",
      ])
    for setting in ["STATE_MACHINE_ARN", "PG_DATABASE_URL", "REDIS_URL"] { #expect(help.contains(setting)) }
    // The table of settings has each command, or it is one of the others, which read the state machine.
    let head = try #require(help.range(of: "set these:"))
    let tail = try #require(help.range(of: "all others", range: head.upperBound..<help.endIndex))
    let named = Set(
      help[head.upperBound..<tail.lowerBound].split { !$0.isLetter || !$0.isLowercase }.map(String.init))
    let readers = Set(EnvironmentVariable.stateMachine.readers.split { !$0.isLetter }.map(String.init))
    for command in try #require(listed) where !named.contains(command) {
      #expect(readers.contains(command), "\(command)")
    }
    #expect(named.contains("serve"))
  }

  private static let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:etl"

  /// The output of the state PlanItems, as a JSON string.
  private static let plan: String = {
    let dates = ["2024-05-31", "2024-06-01"].map { "\\\"\($0)\\\"" }
    let items = dates.map { "{\\\"id\\\":\($0)}" }.joined(separator: ",")
    let body =
      #"\"status\":\"success\",\"dataset\":\"d\",\"items\":[\#(items)],\"dates\":[\#(dates.joined(separator: ","))],"#
      + #"\"start_date\":\#(dates[0]),\"end_date\":\#(dates[1]),\"count\":2"#
    return #""{\"plan\":{\"statusCode\":200,\"headers\":{},\"body\":{\#(body)}}}""#
  }()

  private func environment(_ server: ScriptedServer) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "hush",
      "STATE_MACHINE_ARN": Self.machine, "AWS_REGION": "us-east-1",
    ]
  }

  @Test("A date in the place of a run's name is one whose freshness is shown")
  func dateAsRun() throws {
    let server = try ScriptedServer { _ in .http(400, [], #"{"__type":"ExecutionDoesNotExist"}"#) }
    for (name, next) in [("2024-05-31", "status --item 2024-05-31"), ("weekly", "status")] {
      let ran = try FestVibesProcess("status", name, environment: environment(server))
      #expect(ran.status == 1)
      #expect(ran.error.hasSuffix("\nnext: \(FestVibesProcess.binary.path) \(next)\n"), "\(ran.error)")
    }
  }

  /// A run over two dates, the second of which may fail. It has ended before the first poll, or never ends.
  private func steps(secondDate: String = "", isOver: Bool = true) throws -> ScriptedServer {
    let second =
      secondDate.isEmpty
      ? #""status":"SUCCEEDED","output":"{\"found\":1,\"new\":0,\"changed\":0,\"unchanged\":1,\"rejected\":0,\"cached\":1,\"pages_failed\":0}""#
      : #""status":"FAILED","error":"\#(secondDate)","cause":"{\"errorType\":\"\#(secondDate)\",\"errorMessage\":\"no frame\"}""#
    return try ScriptedServer { request in
      let body = String(decoding: request.body, as: UTF8.self)
      let response: String
      switch request.header("X-Amz-Target")?.split(separator: ".").last ?? "" {
      case "StartExecution":
        response = #"{"executionArn":"arn:aws:states:us-east-1:1:execution:etl:cli-1","startDate":1}"#
      case "DescribeExecution" where body.contains("child-1"):
        response =
          #"{"executionArn":"child-1","name":"x","status":"SUCCEEDED","startDate":1,"stopDate":3,"input":"{\"item\":{\"id\":\"2024-05-31\"}}","output":"{\"found\":118,\"new\":118,\"changed\":0,\"unchanged\":0,\"rejected\":0,\"cached\":118,\"pages_failed\":0}"}"#
      case "DescribeExecution" where body.contains("child-2"):
        response =
          #"{"executionArn":"child-2","name":"y","startDate":2,"stopDate":4,"input":"{\"item\":{\"id\":\"2024-06-01\"}}",\#(second)}"#
      case "DescribeExecution":
        let end = isOver ? #""status":"SUCCEEDED","stopDate":6"# : #""status":"RUNNING""#
        response = #"{"executionArn":"run","name":"cli-1","startDate":1,\#(end)}"#
      case "ListMapRuns": response = isOver ? #"{"mapRuns":[{"mapRunArn":"map"}]}"# : #"{"mapRuns":[]}"#
      case "ListExecutions":
        let status = secondDate.isEmpty ? "SUCCEEDED" : "FAILED"
        response =
          #"{"executions":[{"executionArn":"child-2","name":"y","status":"\#(status)","startDate":2},{"executionArn":"child-1","name":"x","status":"SUCCEEDED","startDate":1}]}"#
      case "GetExecutionHistory" where body.contains("child"):
        response =
          #"{"events":[{"id":1,"timestamp":1,"type":"FailStateEntered","stateEnteredEventDetails":{"name":"ItemFailed"}},{"id":0,"timestamp":1,"type":"TaskStateEntered","stateEnteredEventDetails":{"name":"Scrape"}}]}"#
      case "GetExecutionHistory":
        response =
          #"{"events":[{"id":1,"timestamp":1,"type":"TaskStateExited","stateExitedEventDetails":{"name":"PlanItems","output":\#(Self.plan)}}]}"#
      default: return .http(400, [], #"{"__type":"UnknownOperationException"}"#)
      }
      return .http(200, [], response)
    }
  }

  @Test("A run without failures ends with its table and status 0")
  func success() throws {
    let server = try steps()
    let ran = try FestVibesProcess(
      "run", "--start", "2024-05-31", "--end", "2024-06-01", environment: environment(server))
    #expect(ran.status == 0)
    #expect(ran.error.isEmpty)
    #expect(
      ran.output == """
        Run cli-1: 2024-05-31 to 2024-06-01
        [1/2] 2024-05-31 done: 118 events, 118 new (2.0 s)
        [2/2] 2024-06-01 done: 1 event (2.0 s)
        date          found  new  changed  unchanged  rejected  cancelled  cached  pages failed
        ───────────────────────────────────────────────────────────────────────────────────────
        ✓ 2024-05-31    118  118        0          0         0          0     118             0
        ✓ 2024-06-01      1    0        0          1         0          0       1             0
        ───────────────────────────────────────────────────────────────────────────────────────
        total           119  118        0          1         0          0     119             0

        2 dates in 5.0 s, all done. 119 found = 118 new + 0 changed + 1 unchanged + 0 rejected.

        """)
    let started = try #require(server.requests.first)
    #expect(String(decoding: started.body, as: UTF8.self).contains(#"\"start_date\":\"2024-05-31\""#))
  }

  @Test("A run with a failed date ends with status 1 (F10)")
  func failure() throws {
    let server = try steps(secondDate: "SourceChanged")
    let ran = try FestVibesProcess("run", "--days", "1", environment: environment(server))
    #expect(ran.status == 1)
    #expect(ran.output.contains("✗ 2024-06-01  failed in scrape: SourceChanged\n"))
    #expect(ran.output.contains("2024-06-01: SourceChanged: no frame\n"))
    #expect(ran.output.contains("partial: 2 dates in "))
    #expect(ran.output.contains("1 done, 1 failed. 118 found = 118 new + 0 changed + 0 unchanged + 0 rejected.\n"))
    #expect(ran.output.hasSuffix("\nnext: \(FestVibesProcess.binary.path) logs --run cli-1 --errors\n"))
  }

  @Test("Ctrl-C ends the monitor and not the run")
  func interrupt() throws {
    let server = try steps(isOver: false)
    let ran = try FestVibesProcess("run", "--days", "1", environment: environment(server)) {
      server.requests.contains { $0.header("X-Amz-Target") == "AWSStepFunctions.DescribeExecution" }
    }
    #expect(ran.status == 130)
    #expect(ran.error.contains("The run continues"))
    #expect(ran.error.hasSuffix("\nnext: \(FestVibesProcess.binary.path) watch cli-1\n"))
    #expect(!server.requests.contains { $0.header("X-Amz-Target")?.hasSuffix("StopExecution") == true })
  }

  @Test(
    "Without a state machine the error says what to set",
    arguments: [["run"], ["status"]])
  func noStateMachine(command: [String]) throws {
    let ran = try FestVibesProcess(command[0])
    #expect(ran.status == 1)
    #expect(ran.output.isEmpty)
    #expect(ran.error.hasPrefix("Error: STATE_MACHINE_ARN is not set."))
    #expect(ran.error.contains(". .local/env"))
  }

  @Test(
    "Invalid arguments are usage errors",
    arguments: [
      (["run", "--end", "2024-06-01"], "--end needs --start"),
      (["run", "--max-failures", "37"], "--max-failures must be between 0 and 36"),
      (["run", "--follow"], "--follow needs --json"), (["run", "--only-missing"], "--only-missing needs dates"),
      (["replay"], "give a DATE or --item"),
      (["replay", "--run", "cli-1"], "give a DATE or --item, or with --dataset the run's dataset"),
      (["cache"], "give a DATE or --item"),
      (["cache", "2023-01-01", "2024-12-31"], "731 dates"),
      (["run", "--days", "-3"], "--days must be between 0 and 365"),
      (["run", "--days=366"], "--days must be between 0 and 365"),
      (["run", "--days", "soon"], "'soon'"), (["run", "--start", "2024-02-30", "--end", "2024-03-01"], "2024-02-30"),
      (["run", "--start", "2024-06-02", "--end", "2024-06-01"], "is after"),
      (["run", "--days", "1", "--start", "2024-06-01"], "either --days"),
      (["show", "someday"], "DATE 'someday' is not a date"), (["show", "--all", "friday"], "give one of"),
      (["show", "--all", "--json"], "--json shows one day"), (["show", "--limit", "0"], "--limit is 1 or more"),
      (["show", "wwoz", "--dataset", "wwoz"], "give one of a dataset's id and --dataset"),
      (["show", "friday", "--item", "2024-06-01"], "give one of a day, --item and --all"),
      (["rejected", "--date", "2024-06-01", "--item", "2024-06-01"], "either --date or --item"),
      (["status", "--last", "-3"], "between 1 and 100"),
      (["run", "--bucket", "b", "--key", "k"], "give --dataset beside them"),
      (["replay", "2024-06-01", "--key", "k"], "give --dataset beside them"),
    ])
  func usage(arguments: [String], text: String) throws {
    let server = try steps()
    let ran = try FestVibesProcess(arguments, environment: environment(server))
    #expect(ran.status == 64)
    #expect(ran.output.isEmpty)
    #expect(ran.error.split(separator: "\n").first?.contains(text) == true, "\(ran.error)")
    #expect(server.requests.isEmpty)
  }

  @Test(
    "An unknown dataset is a usage error that names the known ones",
    arguments: [
      ["run"], ["replay", "2024-05-31"], ["replay", "2024-05-31", "--dry-run"], ["status"], ["rejected"],
      ["show", "2024-05-31"],
    ])
  func unknownDataset(arguments: [String]) throws {
    let server = try steps()
    let ran = try FestVibesProcess(arguments + ["--dataset", "nowhere"], environment: environment(server))
    #expect(ran.status == 64)
    #expect(ran.output.isEmpty)
    // A new dataset is a file, and no change of this test.
    let list = try JSONSerialization.jsonObject(with: Data(FestVibesProcess("datasets", "--json").output.utf8))
    let known = try #require(list as? [[String: Any]]).compactMap { $0["id"] as? String }.joined(separator: ", ")
    #expect(ran.error.hasPrefix("Error: --dataset is 'nowhere': it must be one of \(known)\n"), "\(ran.error)")
    #expect(server.requests.isEmpty)
  }

  @Test("A run's input names the dataset")
  func dataset() throws {
    for arguments in [["run", "--days", "1"], ["run", "--days", "1", "--dataset", "wwoz"]] {
      let server = try steps()
      #expect(try FestVibesProcess(arguments, environment: environment(server)).status == 0)
      let started = try #require(server.requests.first)
      #expect(String(decoding: started.body, as: UTF8.self).contains(#"\"dataset\":\"wwoz\""#))
    }
  }

  @Test("--verbose writes debug lines to the standard error, and nothing else to the standard output")
  func verbose() throws {
    let arguments = ["run", "--days", "1"]
    let server = try steps()
    let quiet = try FestVibesProcess(arguments, environment: environment(server))
    #expect(quiet.error.isEmpty)
    let verbose = try FestVibesProcess(arguments + ["--verbose"], environment: environment(server))
    #expect(verbose.status == 0)
    #expect(verbose.output == quiet.output)
    let lines = verbose.error.split(separator: "\n")
    #expect(!lines.isEmpty)
    #expect(lines.allSatisfy { $0.contains(" DEBUG ") }, "\(verbose.error)")
    #expect(!verbose.error.contains("hush"))
  }

  @Test(
    "LOG_LEVEL selects the lines on the standard error",
    arguments: [("DEBUG", true), ("debug", true), ("INFO", false), ("ERROR", false), ("", false)])
  func logLevel(level: String, logsDebug: Bool) throws {
    let server = try steps()
    let environment = environment(server).merging(["LOG_LEVEL": level]) { $1 }
    let ran = try FestVibesProcess("run", "--days", "1", environment: environment)
    #expect(ran.status == 0)
    #expect(ran.error.contains(" DEBUG ") == logsDebug, "\(ran.error)")
  }

  @Test(".env in the current folder is read, and variables of the environment win")
  func environmentFile() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dotenv-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (server, other) = (try steps(), try steps())
    let lines = environment(server).map { "\($0.key)=\($0.value)\n" }
    try Data(lines.joined().utf8).write(to: folder.appending(path: ".env"))

    let fromFile = try FestVibesProcess("run", "--days", "1", in: folder)
    #expect(fromFile.status == 0, "\(fromFile.error)")
    #expect(!server.requests.isEmpty)

    let count = server.requests.count
    let fromEnvironment = try FestVibesProcess(
      "run", "--days", "1", environment: ["AWS_ENDPOINT_URL": other.url], in: folder)
    #expect(fromEnvironment.status == 0, "\(fromEnvironment.error)")
    #expect(server.requests.count == count)
    #expect(!other.requests.isEmpty)

    let elsewhere = try FestVibesProcess("run", "--days", "1")
    #expect(elsewhere.status == 1)
    #expect(elsewhere.error.hasPrefix("Error: STATE_MACHINE_ARN is not set."))
  }

  @Test("Wrong credentials are one clear error without the secret")
  func credentials() throws {
    let server = try ScriptedServer(replies: [
      .http(400, [], #"{"__type":"UnrecognizedClientException","message":"The security token is invalid."}"#)
    ])
    let ran = try FestVibesProcess("status", environment: environment(server))
    #expect(ran.status == 1)
    #expect(ran.error.hasSuffix("(UnrecognizedClientException, 400)\nnext: \(FestVibesProcess.binary.path) doctor\n"))
    #expect(
      ran.error.hasPrefix(
        "Error: AWS_ACCESS_KEY_ID / AWS_SECRET_ACCESS_KEY are not accepted: Step Functions ListExecutions of \(Self.machine): The security token is invalid. (UnrecognizedClientException, 400)\n"
      ))
    #expect(server.requests.count == 1)
  }

  @Test("An unreachable AWS is reported with what to do")
  func unreachable() throws {
    let server = try steps()
    server.stop()
    let ran = try FestVibesProcess("status", environment: environment(server))
    #expect(ran.status == 1)
    #expect(ran.error.contains("make up"))
  }

  @Test("A response is printed indented; a function error is status 1")
  func invoke() throws {
    let server = try ScriptedServer { request in
      String(decoding: request.body, as: UTF8.self) == #"{"days_ahead":1}"#
        ? .http(200, [], #"{"statusCode":200,"body":{"count":2}}"#)
        : .http(
          200, [("X-Amz-Function-Error", "Unhandled")],
          #"{"errorType":"InvalidInput","errorMessage":"days_ahead is negative"}"#)
    }
    let good = try FestVibesProcess(
      "invoke", "DateRangeGenerator", "-", environment: environment(server), input: #"{"days_ahead":1}"#)
    #expect(good.status == 0)
    #expect(good.output == "{\n  \"body\" : {\n    \"count\" : 2\n  },\n  \"statusCode\" : 200\n}\n")
    #expect(
      server.requests.first?.target == "/2015-03-31/functions/festvibes-date-range-generator/invocations")
    let bad = try FestVibesProcess(
      "invoke", "DateRangeGenerator", "-", environment: environment(server), input: #"{"days_ahead":-1}"#)
    #expect(bad.status == 1)
    #expect(bad.error == "Error: InvalidInput: days_ahead is negative\n")
    #expect(bad.output.isEmpty)
  }

  @Test(
    "A request that is not JSON is not sent",
    arguments: [["invoke", "Loader", "-"], ["invoke", "Loader", "/nonexistent.json"]])
  func invalidEvent(command: [String]) throws {
    let server = try steps()
    let ran = try FestVibesProcess(command[0], command[1], command[2], environment: environment(server), input: "{")
    #expect(ran.status == 1)
    #expect(server.requests.isEmpty)
  }

  @Test("Help and version are there")
  func help() throws {
    let help = try FestVibesProcess("--help")
    #expect(help.status == 0)
    for command in [
      "run", "replay", "status", "rejected", "show", "invoke", "migrate", "retry", "stop", "watch", "cache",
    ] {
      #expect(help.output.contains("\n  \(command) "))
    }
    #expect(try FestVibesProcess("--version").output == "0.1.0\n")
    #expect(try FestVibesProcess("fly").status == 64)
  }
}
