import Foundation
import Redis
import TestSupport
import Testing
import Time

@testable import festvibes

/// Whole commands with hostile texts, on a terminal and in a pipe.
@Suite("Hostile text on a terminal")
struct TerminalTests {
  /// Erases the screen by ESC and by C1, reverses the direction, breaks the line, has a tag.
  private static let hostile = "a\u{1B}[2Jb\u{9B}31mc\u{202E}d\u{2028}e\u{E0041}f"
  private static let escaped = #"a\u001b[2Jb\u009b31mc\u202ed\u2028e\udb40\udc41f"#

  private func environment(_ server: ScriptedServer) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S",
      "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:etl", "AWS_REGION": "us-east-1",
    ]
  }

  private func json(_ value: Any) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed), as: UTF8.self)
  }

  @Test("A response that is not JSON is escaped on a terminal, and as it is in a pipe")
  func textResponse() throws {
    let server = try ScriptedServer(replies: [.http(200, [], "\(Self.hostile)\r\n\tg")])
    let arguments = ["invoke", "Loader", "-"]
    let ran = try TerminalProcess(arguments, environment: environment(server), input: "{}")
    #expect(ran.status == 0)
    #expect(ran.shown == "\(Self.escaped)\\u000d\n\tg\n")
    #expect(ran.piped.isEmpty)
    let piped = try FestVibesProcess(arguments, environment: environment(server), input: "{}")
    #expect(piped.output.unicodeScalars.elementsEqual("\(Self.hostile)\r\n\tg\n".unicodeScalars))
  }

  @Test("A response that is not UTF-8 is shown with replacement characters")
  func bytesResponse() throws {
    let server = try ScriptedServer(replies: [.http(200, [], Data([0x61, 0x9B, 0xFF, 0x62]))])
    let ran = try TerminalProcess(["invoke", "Loader", "-"], environment: environment(server), input: "{}")
    #expect(ran.shown == "a\u{FFFD}\u{FFFD}b\n")
  }

  @Test("A JSON response has the same values on a terminal")
  func jsonResponse() throws {
    let server = try ScriptedServer(replies: [.http(200, [], try json([Self.hostile: [Self.hostile]]))])
    let ran = try TerminalProcess(["invoke", "Loader", "-"], environment: environment(server), input: "{}")
    #expect(ran.status == 0)
    #expect(ran.shown.contains(#"c\u202ed\u2028e\udb40\udc41f"#))
    #expect(ran.shown.unicodeScalars.allSatisfy { $0.isShown || $0 == "\n" }, "\(ran.shown.debugDescription)")
    #expect(
      try JSONDecoder().decode([String: [String]].self, from: Data(ran.shown.utf8)) == [Self.hostile: [Self.hostile]])
  }

  @Test("The error of a function is escaped or cleaned on a terminal")
  func functionError() throws {
    let server = try ScriptedServer(replies: [
      .http(
        200, [("X-Amz-Function-Error", "Unhandled")],
        try json(["errorType": Self.hostile, "errorMessage": "no \u{1B}[31mdate\u{202E}"]))
    ])
    let ran = try TerminalProcess(
      ["invoke", "Loader", "-"], environment: environment(server), input: "{}", with: .error)
    #expect(ran.status == 1)
    #expect(ran.shown == "Error: \(Self.escaped): no [31mdate\n")
  }

  @Test("AWS's error is escaped on a terminal, and as it is in a pipe", arguments: ["status", "run", "invoke"])
  func awsError(command: String) throws {
    let text = "a\u{1B}[2Jb\u{9B}31mc\u{202E}d"
    let server = try ScriptedServer(replies: [
      .http(400, [], try json(["__type": "Odd\u{1B}[1mException", "message": text]))
    ])
    let arguments = command == "invoke" ? [command, "Loader\u{202E}", "-"] : [command]
    let ran = try TerminalProcess(arguments, environment: environment(server), input: "{}", with: .error)
    #expect(ran.status == 1)
    #expect(ran.shown.contains(#"a\u001b[2Jb\u009b31mc\u202ed (Odd\u001b[1mException, 400)"#), "\(ran.shown)")
    #expect(ran.shown.unicodeScalars.allSatisfy { $0.isShown || $0 == "\n" })
    let piped = try FestVibesProcess(arguments, environment: environment(server), input: "{}")
    #expect(piped.error.contains(text))
  }

  @Test(
    "Arguments, file names and settings in errors are escaped on a terminal",
    arguments: [
      (["show", hostile], 64), (["run", "--days", hostile], 64), ([hostile], 64), (["--\(hostile)"], 64),
      (["run", "--dataset", hostile], 64), (["status", hostile], 1), (["invoke", "Loader", "/\(hostile)"], 1),
      (["run", "--start", hostile, "--end", hostile], 64), (["run"], 1),
    ] as [([String], Int32)])
  func arguments(arguments: [String], status: Int32) throws {
    let environment = ["STATE_MACHINE_ARN": "machine-\(Self.hostile)"]
    let ran = try TerminalProcess(arguments, environment: environment, with: .error)
    #expect(ran.status == status)
    #expect(ran.shown.contains(Self.escaped), "\(ran.shown.debugDescription)")
    #expect(ran.shown.unicodeScalars.allSatisfy { $0.isShown || $0 == "\n" }, "\(ran.shown.debugDescription)")
    let piped = try FestVibesProcess(arguments, environment: environment)
    #expect(piped.error.contains(Self.hostile), "\(piped.error.debugDescription)")
  }

  @Test("The log of --verbose is escaped on a terminal")
  func log() throws {
    let ran = try TerminalProcess(
      ["run", "--verbose", "--days", "1"],
      environment: ["STATE_MACHINE_ARN": "arn:aws:states:\(Self.hostile):1:stateMachine:etl"], with: .error)
    #expect(ran.shown.contains(Self.escaped.dropFirst(8)), "\(ran.shown.debugDescription)")
    #expect(ran.shown.unicodeScalars.allSatisfy { $0.isShown || $0 == "\n" }, "\(ran.shown.debugDescription)")
  }

  @Test(
    "show --json is escaped on a terminal, with the same values, and byte for byte in a pipe",
    .enabled(if: RedisService.isRunning, "needs TEST_REDIS_URL"))
  func cachedDay() throws {
    let client = RedisClient(RedisSettings(url: try RedisURL(RedisService.url(database: 30))))
    let deadline = Deadline(after: .seconds(10), on: SystemTime())
    let cached = #"[{"name":"x\#u{9B}31m\#u{202E}é\u001b"},  "\#u{7F}"]"#
    _ = try client.send(RedisCommand("SET", "events:1999-12-31", cached), deadline: deadline)
    defer { _ = try? client.send(RedisCommand("DEL", "events:1999-12-31"), deadline: deadline) }
    let environment = ["REDIS_URL": RedisService.url(database: 30)]
    let arguments = ["show", "1999-12-31", "--json"]
    let ran = try TerminalProcess(arguments, environment: environment)
    #expect(ran.shown == #"[{"name":"x\u009b31m\u202eé\u001b"},  "\u007f"]"# + "\n", "\(ran.piped)")
    #expect(try FestVibesProcess(arguments, environment: environment).output == cached)
  }

  /// Step Functions with one run, whose every text is hostile.
  private func steps() throws -> ScriptedServer {
    // Of the colours' sequences none may come from a text.
    let text = "\(Self.hostile)\u{1B}[31m"
    let name = try json("run-\(text)")
    let failure = #""error":\#(try json("Odd\(text)")),"cause":\#(try json("why\(text)"))"#
    let input = try json(try json(["item": ["id": "item-\(text)"]]))
    return try ScriptedServer { request in
      let body = String(decoding: request.body, as: UTF8.self)
      let response: String
      switch request.header("X-Amz-Target")?.split(separator: ".").last ?? "" {
      case "StartExecution":
        response = #"{"executionArn":"arn:aws:states:us-east-1:1:execution:etl:cli-1","startDate":1}"#
      case "DescribeExecution" where body.contains("child"):
        response =
          #"{"executionArn":"child","name":\#(name),"status":"FAILED","startDate":1,"stopDate":3,"input":\#(input),\#(failure)}"#
      case "DescribeExecution":
        response = #"{"executionArn":"run","name":\#(name),"startDate":1,"status":"FAILED","stopDate":6,\#(failure)}"#
      case "ListMapRuns": response = #"{"mapRuns":[{"mapRunArn":"map"}]}"#
      case "DescribeMapRun":
        let counts = ["pending", "running", "succeeded", "timedOut", "aborted", "resultsWritten"].map { "\"\($0)\":0" }
        response =
          #"{"mapRunArn":"map","status":"FAILED","itemCounts":{"failed":1,"total":1,\#(counts.joined(separator: ","))}}"#
      case "ListExecutions":
        let arn = body.contains("mapRunArn") ? "child" : "run"
        response = #"{"executions":[{"executionArn":"\#(arn)","name":\#(name),"status":"FAILED","startDate":2}]}"#
      case "GetExecutionHistory":
        let state = (try? self.json("State\(text)")) ?? ""
        response =
          #"{"events":[{"id":1,"timestamp":1,"type":"TaskStateEntered","stateEnteredEventDetails":{"name":\#(state)}}]}"#
      default: return .http(400, [], #"{"__type":"UnknownOperationException"}"#)
      }
      return .http(200, [], response)
    }
  }

  @Test(
    "A run's names and causes keep neither sequences nor styles of their own on a terminal, with colours and without",
    arguments: [["run", "--days", "1"], ["status"], ["status", "cli-1"]], ["", "1"])
  func run(arguments: [String], noColor: String) throws {
    let server = try steps()
    let environment = environment(server).merging(["NO_COLOR": noColor]) { $1 }
    let ran = try TerminalProcess(arguments, environment: environment)
    #expect(ran.piped.isEmpty)
    #expect(ran.shown.contains("why"), "\(ran.shown.debugDescription)")
    var rest = ran.shown
    // The live display's own sequences, and marked texts without one inside.
    rest.replace(/\u{1B}\[[0-9]+F\u{1B}\[J/, with: "")
    #expect(rest.contains("\u{1B}[31m") == noColor.isEmpty)
    rest.replace(/\u{1B}\[(1|2|31|32|33)m[^\u{1B}]*\u{1B}\[0m/, with: "")
    #expect(rest.unicodeScalars.allSatisfy { $0.isShown || $0 == "\n" }, "\(rest.debugDescription)")
  }

  @Test("A display without redrawing is escaped on a terminal that cannot do more")
  func dumb() throws {
    let server = try steps()
    let ran = try TerminalProcess(
      ["run", "--days", "1"], environment: environment(server).merging(["TERM": "dumb"]) { $1 })
    #expect(ran.shown.contains("why"))
    #expect(ran.shown.unicodeScalars.allSatisfy { $0.isShown || $0 == "\n" }, "\(ran.shown.debugDescription)")
  }
}
