import Foundation
import HTTP
import TestSupport
import Testing
import Time

/// The interpreter of the local stack, in a process of its own. Its tasks call the test's fake functions instead of Lambda
/// and SNS, and the waits of its retries are recorded instead of waited for.
final class Interpreter: @unchecked Sendable {
  /// The interpreter that the suite's tests share.
  @TaskLocal static var running: Interpreter?

  static let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
  static let python = root.appending(path: ".local/venv/bin/python").path
  static let isInstalled = FileManager.default.isExecutableFile(atPath: python)

  let environment: [String: String]
  private let process: ChildProcess
  private let server: ScriptedServer
  private let home: URL
  private let waitsFile: URL
  private let functions = Locked<[String: FakeFunctions]>([:])

  init() throws {
    home = FileManager.default.temporaryDirectory.appending(path: "interpreter-\(UUID().uuidString)")
    waitsFile = home.appending(path: "waits")
    let functions = functions
    server = try ScriptedServer { request in
      guard let call = TaskCall(request), let called = functions.change({ $0[call.group] }) else {
        return .http(404, [("x-amzn-ErrorType", "ResourceNotFoundException")], "{}")
      }
      return called.respond(to: call)
    }
    let port = try FreePort.find()
    let credentials = ["AWS_ACCESS_KEY_ID": "AKIAINTERPRETER", "AWS_SECRET_ACCESS_KEY": "of-this-process-only"]
    environment = credentials.merging(["AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "AWS_REGION": "us-east-1"]) {
      $1
    }
    try FileManager.default.createDirectory(at: home.appending(path: "logs"), withIntermediateDirectories: true)
    // The time limit ends the interpreter if this process is killed and cannot stop it.
    process = try ChildProcess(
      "/usr/bin/timeout",
      [
        "--kill-after=1", "5400", Self.python, Self.root.appending(path: "statemachine/local/aws_local.py").path,
        "--port", "\(port)",
        "--home", home.path,
        "--bin", "/none", "--emulator", "/none", "--tasks-at", server.url, "--waits", waitsFile.path,
      ],
      environment: credentials.merging(["PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"]) { $1 },
      output: home.appending(path: "logs/output").path)
    try waitUntilReady()
  }

  /// Sends the calls of the functions and the topic whose names begin with `group` to the fake functions.
  func register(_ group: String, _ called: FakeFunctions) { functions.change { $0[group] = called } }

  /// Returns the waits of all retries so far.
  func waits() throws -> [Wait] {
    guard let text = try? String(contentsOf: waitsFile, encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").map { try JSONDecoder().decode(Wait.self, from: Data($0.utf8)) }
  }

  func stop() {
    process.signal(SIGTERM)
    process.wait()
    server.stop()
    try? FileManager.default.removeItem(at: home)
  }

  private func waitUntilReady() throws {
    let time = SystemTime()
    let deadline = Deadline(after: .seconds(60), on: time)
    let request = HTTPRequest("GET", environment["AWS_ENDPOINT_URL"] ?? "")
    while (try? HTTPClient().send(request, deadline: deadline)) == nil {
      guard !deadline.hasPassed, !process.hasEnded else {
        let output = try? String(contentsOf: home.appending(path: "logs/output"), encoding: .utf8)
        throw NotStarted(output: output ?? "")
      }
      time.sleep(for: .milliseconds(50))
    }
  }

  struct NotStarted: Error {
    let output: String
  }

  /// The wait before a retry.
  struct Wait: Decodable {
    let execution: String
    let state: String
    /// The largest wait, in seconds, that jitter could choose.
    let limit: Double
    /// The wait, in seconds, that jitter chose.
    let seconds: Double
  }
}

/// Starts an interpreter before a suite's first test and stops it after the last.
struct InterpreterTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let interpreter = try Interpreter()
    defer { interpreter.stop() }
    try await Interpreter.$running.withValue(interpreter) { try await function() }
  }
}
