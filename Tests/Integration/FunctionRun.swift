import Foundation
import TestSupport

/// A function's process with one event, from its start to its end, and all of it that others can see.
struct FunctionRun {
  /// What the runtime API was sent: requests with their headers and bodies.
  let told: String
  /// Standard output and error.
  let log: String
  /// Every process's command line, while the function was there.
  let processes: String
  /// The answer; nil when there was an error.
  let answer: [String: Any]?
  /// Nil when there was an answer.
  let errorType: String?

  /// All of that, and whatever `meanwhile` has seen.
  var everything: String { [told, log, processes].joined(separator: "\n") }

  /// - Parameter meanwhile: is called when the function has done its work, and is still there.
  init(
    _ function: String, _ event: String, environment: [String: String], meanwhile: @escaping @Sendable () -> Void = {}
  ) throws {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: function)
    let output = FileManager.default.temporaryDirectory.appending(path: "function-\(UUID().uuidString).log").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let isGiven = Locked(false)
    let seen = Locked("")
    let api = try ScriptedServer { request in
      guard request.method == "GET" else {
        meanwhile()
        seen.change { $0 += Self.commandLines() }
        return .http(202)
      }
      // The next time there is none, which ends the process.
      let isFirst = isGiven.change { isGiven in
        defer { isGiven = true }
        return !isGiven
      }
      return isFirst ? .http(200, [("Lambda-Runtime-Aws-Request-Id", "id-1")], event) : .http(500)
    }
    defer { api.stop() }
    let process = try ChildProcess(
      program.path,
      environment: environment.merging(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(api.port)"]) { $1 }, output: output)
    let patience = DispatchWorkItem { [id = process.id] in kill(id, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: patience)
    process.wait()
    patience.cancel()

    let posts = api.requests.filter { $0.method == "POST" }
    told = posts.map { $0.head + String(decoding: $0.body, as: UTF8.self) }.joined(separator: "\n")
    log = try String(contentsOfFile: output, encoding: .utf8)
    processes = seen.change { $0 }
    let document = try posts.last.flatMap { try JSONSerialization.jsonObject(with: $0.body) as? [String: Any] }
    errorType = document?["errorType"] as? String
    answer = errorType == nil ? document : nil
  }

  private static func commandLines() -> String {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.filter { Int($0) != nil }.compactMap {
      try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8).replacing("\0", with: " ")
    }
    .joined(separator: "\n")
  }
}
