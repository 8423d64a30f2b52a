import Foundation
import TestSupport
import Testing
import Time

/// The functions as processes: how they end, and which variables of their environment change what they do.
@Suite("A function's process")
struct ProcessTests {
  private let program = Binaries.path(of: "DateRangeGenerator")

  @Test("ends with status 0 at a SIGTERM while it waits for an event")
  func terminated() throws {
    let hasRequested = DispatchSemaphore(value: 0)
    let server = try ScriptedServer { _ in
      hasRequested.signal()
      return .http(200, [], "", delay: 60)
    }
    defer { server.stop() }
    let process = try ChildProcess(program, environment: ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"])
    #expect(hasRequested.wait(timeout: .now() + 30) == .success)
    process.signal(SIGTERM)
    #expect(process.wait() == 0)
  }

  @Test("ends with status 1 when the runtime API reports a container error")
  func containerError() throws {
    let server = try ScriptedServer(replies: [.http(500)])
    defer { server.stop() }
    let process = try ChildProcess(program, environment: ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"])
    #expect(process.wait() == 1)
    #expect(server.requests.count == 1)
  }

  @Test("calls the runtime API directly, even if the environment names a proxy")
  func proxy() throws {
    let proxy = try ScriptedServer(replies: [.http(500)])
    let server = try ScriptedServer(replies: [.http(500)])
    defer {
      proxy.stop()
      server.stop()
    }
    let process = try ChildProcess(
      program, environment: ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)", "http_proxy": proxy.url])
    process.wait()
    #expect(server.requests.count == 1)
    #expect(proxy.requests.isEmpty)
  }

  @Test(
    "logs from the level in LOG_LEVEL on, unless Lambda sets AWS_LAMBDA_LOG_LEVEL",
    arguments: [
      ([:], true), (["LOG_LEVEL": "info"], true), (["LOG_LEVEL": "DEBUG"], true), (["LOG_LEVEL": "warning"], false),
      (["LOG_LEVEL": "ERROR"], false), (["LOG_LEVEL": "ERROR", "AWS_LAMBDA_LOG_LEVEL": "INFO"], true),
      (["LOG_LEVEL": "DEBUG", "AWS_LAMBDA_LOG_LEVEL": "ERROR"], false),
    ] as [([String: String], Bool)])
  func logLevel(environment: [String: String], logsInfo: Bool) throws {
    let run = try FunctionRun("DateRangeGenerator", #"{"days_ahead":1}"#, environment: environment)
    #expect(run.body?["count"] as? Int == 2, "\(run.everything)")
    let lines = run.log.split(separator: "\n").filter { !EMFDocument.isMeant($0) }
    #expect(lines.contains { $0.contains(" INFO ") } == logsInfo, "\(run.log)")
    // The metrics do not depend on the level.
    #expect(try EMFDocument.all(in: run.log).count == 1)
  }

  @Test("names a LOG_LEVEL that is not a level in a warning, and uses INFO")
  func invalidLogLevel() throws {
    let run = try FunctionRun("DateRangeGenerator", "{}", environment: ["LOG_LEVEL": "loud"])
    #expect(run.log.contains("LOG_LEVEL is not a log level"), "\(run.log)")
    #expect(run.log.contains(" INFO "))
  }
}
