import Foundation
import TestSupport

/// A function's process that handles one event, from its start to its end, with everything that others can see of it.
struct FunctionRun {
  /// The requests that the runtime API received, with their headers and bodies.
  let apiRequests: String
  /// Standard output and error.
  let log: String
  /// The command lines of all processes while the function was running.
  let processes: String
  /// The response; nil if the function reported an error.
  let response: [String: Any]?
  /// The name of the error; nil if the function responded.
  let errorType: String?

  /// Everything above in one text.
  var everything: String { [apiRequests, log, processes].joined(separator: "\n") }

  /// The body of the response; nil if there is none.
  var body: [String: Any]? { response?["body"] as? [String: Any] }

  /// - Parameter meanwhile: called when the function has done its work and is still running.
  init(
    _ function: String, _ event: String, environment: [String: String], meanwhile: @escaping @Sendable () -> Void = {}
  ) throws {
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
      // There is one event. The second request for one fails, which ends the process.
      let isFirst = isGiven.change { isGiven in
        defer { isGiven = true }
        return !isGiven
      }
      return isFirst ? .http(200, [("Lambda-Runtime-Aws-Request-Id", "id-1")], event) : .http(500)
    }
    defer { api.stop() }
    let process = try ChildProcess(
      Binaries.path(of: function),
      environment: environment.merging(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(api.port)"]) { $1 }, output: output)
    let timeout = DispatchWorkItem { [id = process.id] in kill(id, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: timeout)
    process.wait()
    timeout.cancel()

    let posts = api.requests.filter { $0.method == "POST" }
    apiRequests = posts.map { $0.head + String(decoding: $0.body, as: UTF8.self) }.joined(separator: "\n")
    log = try String(contentsOfFile: output, encoding: .utf8)
    processes = seen.change { $0 }
    let document = try posts.last.flatMap { try JSONSerialization.jsonObject(with: $0.body) as? [String: Any] }
    errorType = document?["errorType"] as? String
    response = errorType == nil ? document : nil
  }

  /// The command lines of all processes but those of the Postgres server, whose titles name the users that connect: a test
  /// plants a secret there too.
  static func commandLines() -> String {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.filter { Int($0) != nil }.compactMap {
      try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8).replacing("\0", with: " ")
    }
    .filter { !$0.hasPrefix("postgres: ") }
    .joined(separator: "\n")
  }
}
