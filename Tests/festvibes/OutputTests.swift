import Foundation
import TestSupport
import Testing

@testable import festvibes

/// The output of whole commands on a full disk, without a reader, and without a descriptor.
@Suite("Lost output")
struct OutputTests {
  /// Commands that need no service, and print.
  private static let commands = [
    ["--help"], ["run", "--help"], ["help", "status"], ["--version"], ["env-example"],
    ["--generate-completion-script", "bash"],
  ]
  private static let full = #""$0" "$@" >/dev/full"#
  private static let closed = #""$0" "$@" >&-"#
  /// The reader has gone before the command writes.
  private static let unread = #"{ sleep 0.2; "$0" "$@"; echo "status $?" >&2; } | true"#

  @Test("A full disk is one line on the standard error, and status 74", arguments: commands)
  func full(_ command: [String]) throws {
    let ran = try FestVibesProcess(command, environment: [:], shell: Self.full)
    #expect(ran.status == 74)
    #expect(ran.error == "Error: the standard output cannot be written: No space left on device\n")
  }

  @Test("A closed output is one line on the standard error, and status 74", arguments: commands)
  func closed(_ command: [String]) throws {
    let ran = try FestVibesProcess(command, environment: [:], shell: Self.closed)
    #expect(ran.status == 74)
    #expect(ran.error == "Error: the standard output cannot be written: it is closed\n")
  }

  @Test("A reader that went away is one line on the standard error, and status 74", arguments: commands)
  func unread(_ command: [String]) throws {
    let ran = try FestVibesProcess(command, environment: [:], shell: Self.unread)
    #expect(ran.error == "Error: the standard output cannot be written: its reader has closed it\nstatus 74\n")
  }

  @Test("All descriptors closed, and an output that is open for reading, are no crash")
  func noDescriptors() throws {
    #expect(try FestVibesProcess("--help", shell: #""$0" "$@" <&- >&- 2>&-"#).status == 74)
    #expect(try FestVibesProcess("--help", shell: #""$0" "$@" 1</dev/null"#).status == 74)
    #expect(try FestVibesProcess("fly", shell: #""$0" "$@" >/dev/full 2>/dev/full"#).status == 64)
    #expect(try FestVibesProcess("status", "--verbose", shell: #""$0" "$@" 2>/dev/full"#).status == 1)
    let unread = try FestVibesProcess("invoke", "Loader", "-", shell: #""$0" "$@" <&-"#)
    #expect(unread.status == 1)
    #expect(unread.error.contains("the standard input is not a JSON document"), "\(unread.error)")
  }

  @Test("The error of a command, or of its arguments, is not hidden by a lost output")
  func otherErrors() throws {
    let usage = try FestVibesProcess("run", "--days", "-3", shell: Self.full)
    #expect(usage.status == 64)
    #expect(usage.error.contains("--days must be between"))
    let noMachine = try FestVibesProcess("run", shell: Self.full)
    #expect(noMachine.status == 1)
    #expect(noMachine.error.hasPrefix("Error: STATE_MACHINE_ARN is not set."))
  }

  private func environment(_ server: ScriptedServer) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S",
      "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:etl", "AWS_REGION": "us-east-1",
    ]
  }

  /// Step Functions with a run that does not end.
  private func endlessRun() throws -> ScriptedServer {
    try ScriptedServer { request in
      switch request.header("X-Amz-Target")?.split(separator: ".").last ?? "" {
      case "StartExecution":
        .http(200, [], #"{"executionArn":"arn:aws:states:us-east-1:1:execution:etl:cli-1","startDate":1}"#)
      case "DescribeExecution":
        .http(200, [], #"{"executionArn":"run","name":"cli-1","startDate":1,"status":"RUNNING"}"#)
      case "ListMapRuns": .http(200, [], #"{"mapRuns":[]}"#)
      case "ListExecutions": .http(200, [], #"{"executions":[]}"#)
      default: .http(200, [], #"{"events":[]}"#)
      }
    }
  }

  @Test("A run is not started if its output is closed, and goes on if its output is lost")
  func run() throws {
    let server = try endlessRun()
    let closed = try FestVibesProcess(
      "run", "--days", "1", environment: environment(server), shell: Self.closed)
    #expect(closed.status == 74)
    #expect(server.requests.isEmpty)
    let full = try FestVibesProcess("run", "--days", "1", environment: environment(server), shell: Self.full)
    #expect(full.status == 74)
    #expect(
      full.error == "Error: the standard output cannot be written: No space left on device. The run goes on: "
        + "\(FestVibesProcess.binary.path) status cli-1\n")
  }

  @Test("A response that cannot be printed says that the function was invoked")
  func invoke() throws {
    let server = try ScriptedServer(replies: [.http(200, [], #"{"statusCode":200}"#)])
    let ran = try FestVibesProcess(
      "invoke", "Loader", "-", environment: environment(server), input: "{}", shell: Self.full)
    #expect(ran.status == 74)
    #expect(ran.error.hasSuffix("No space left on device. The function has done its work\n"))
  }

  @Test("A terminal that goes away while a run is followed is status 74")
  func terminal() throws {
    let server = try endlessRun()
    let terminal = try PseudoTerminal()
    let process = Process()
    process.executableURL = FestVibesProcess.binary
    process.arguments = ["run", "--days", "1"]
    process.environment = environment(server).merging(["HOME": "/nonexistent", "TERM": "xterm"]) { $1 }
    process.currentDirectoryURL = URL(filePath: "/")
    process.standardOutput = terminal.device
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    _ = try terminal.read(until: "planning the dates")
    terminal.hangUp()
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
    let error = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(error.hasSuffix("The run goes on: \(FestVibesProcess.binary.path) status cli-1\n"), "\(error)")
  }
}
