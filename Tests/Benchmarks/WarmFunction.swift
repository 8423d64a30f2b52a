import Foundation
import TestSupport
import Time

/// A function's process that is kept, as Lambda keeps it between events. The runtime API is in this process.
final class WarmFunction {
  /// The result of an event.
  struct Reply {
    let milliseconds: Double
    /// The response, or the error.
    let text: String
  }

  private static let timeout = 120
  let process: ChildProcess
  private let name: String
  private let runtime: ScriptedServer
  private let event = Locked("")
  private let response = Locked("")
  private let isAsked = DispatchSemaphore(value: 0)
  private let isDone = DispatchSemaphore(value: 0)

  /// - Parameter program: the path of the function's binary.
  init(_ program: String, environment: [String: String]) throws {
    let (event, response, isAsked, isDone) = (event, response, isAsked, isDone)
    name = URL(fileURLWithPath: program).lastPathComponent
    runtime = try ScriptedServer { request in
      if request.method == "POST" {
        response.change { $0 = String(decoding: request.body, as: UTF8.self) }
        isDone.signal()
        return .http(202)
      }
      isAsked.wait()
      let deadline = Int(Date().timeIntervalSince1970 * 1000) + Self.timeout * 1000
      let headers = [("Lambda-Runtime-Aws-Request-Id", "bench"), ("Lambda-Runtime-Deadline-Ms", "\(deadline)")]
      return .http(200, headers, event.change { $0 })
    }
    process = try ChildProcess(
      program,
      environment: environment.merging([
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(runtime.port)", "AWS_LAMBDA_LOG_LEVEL": "FATAL",
      ]) { $1 })
  }

  deinit {
    process.stop()
    isAsked.signal()
    runtime.stop()
  }

  /// Sends an event, and waits for the response.
  func invoke(_ text: String) throws -> Reply {
    let time = SystemTime()
    event.change { $0 = text }
    let start = time.uptime
    isAsked.signal()
    guard isDone.wait(timeout: .now() + .seconds(Self.timeout)) == .success else { throw NoRequest(name: name) }
    return Reply(milliseconds: (time.uptime - start).inSeconds * 1000, text: response.change { $0 })
  }
}
