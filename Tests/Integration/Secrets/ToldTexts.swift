import Foundation
import TestSupport

/// Runs a program with planted secrets and gathers every text by which it speaks to somebody: its log, its answers to the
/// runtime API, its arguments.
enum ToldTexts {
  private static let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

  /// A function with one event, behind a runtime API of its own.
  static func ofFunction(
    _ name: String, _ event: String, _ environment: [String: String]
  ) throws -> (texts: [String], failed: Bool) {
    let asked = Guarded(false)
    let answered = DispatchSemaphore(value: 0)
    let api = try ScriptedServer { request in
      guard request.target.hasSuffix("/next") else {
        answered.signal()
        return .http(202)
      }
      let isFirst = asked.change { asked in
        defer { asked = true }
        return !asked
      }
      guard isFirst else { return .http(200, [], "", delay: 60) }
      let end = Int((Date().timeIntervalSince1970 + 12) * 1000)
      return .http(200, [("Lambda-Runtime-Aws-Request-Id", "1"), ("Lambda-Runtime-Deadline-Ms", "\(end)")], event)
    }
    defer { api.stop() }
    let log = FileManager.default.temporaryDirectory.appending(path: "told-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: log) }
    let process = try ChildProcess(
      folder.appending(path: name).path,
      environment: environment.merging(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(api.port)"]) { $1 }, output: log)
    defer { process.stop() }
    let arguments = (try? String(contentsOfFile: "/proc/\(process.id)/cmdline", encoding: .utf8)) ?? ""
    guard answered.wait(timeout: .now() + 60) == .success else { throw POSIXError(.ETIMEDOUT) }
    let told = api.requests.map { $0.head + String(decoding: $0.body, as: UTF8.self) }
    return (
      told + [arguments, try String(contentsOfFile: log, encoding: .utf8)],
      api.requests.contains { $0.target.hasSuffix("/error") }
    )
  }

  /// A command of `festvibes`.
  static func ofCommand(_ arguments: [String], _ environment: [String: String]) throws -> (
    texts: [String], failed: Bool
  ) {
    let output = FileManager.default.temporaryDirectory.appending(path: "told-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let process = try ChildProcess(
      folder.appending(path: "festvibes").path, arguments, environment: environment, output: output)
    let failed = process.wait() != 0
    return ([try String(contentsOfFile: output, encoding: .utf8)], failed)
  }
}
