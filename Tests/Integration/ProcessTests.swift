import Foundation
import TestSupport
import Testing
import Time

/// The functions as processes: how they end, and what they may be told by their environment.
@Suite("A function's process")
struct ProcessTests {
  private let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "DateRangeGenerator").path

  @Test("ends with 0 when SIGTERM comes while it waits for an event")
  func terminated() throws {
    let asked = DispatchSemaphore(value: 0)
    let server = try ScriptedServer { _ in
      asked.signal()
      return .http(200, [], "", delay: 60)
    }
    defer { server.stop() }
    let process = try ChildProcess(program, environment: ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"])
    #expect(asked.wait(timeout: .now() + 30) == .success)
    process.signal(SIGTERM)
    #expect(process.wait() == 0)
  }

  @Test("ends with 1 when the runtime API reports a container error")
  func containerError() throws {
    let server = try ScriptedServer(replies: [.http(500)])
    defer { server.stop() }
    let process = try ChildProcess(program, environment: ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"])
    #expect(process.wait() == 1)
    #expect(server.requests.count == 1)
  }

  @Test("speaks to the runtime API directly, whatever proxy the environment names")
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
}
