import Foundation
import HTTP
import TestSupport
import Testing
import Time

/// A Runtime Interface Emulator that runs one function.
final class Emulator {
  private static let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
  private static let program = root.appending(path: ".local/bin/aws-lambda-rie").path
  static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

  private let process: ChildProcess
  private let address: String
  private let output = FileManager.default.temporaryDirectory.appending(path: "emulator-\(UUID().uuidString).log").path

  /// - Parameter function: the name of its binary.
  init(_ function: String, environment: [String: String] = [:]) throws {
    let ports = try (0..<2).map { _ in try FreePort.find() }
    address = "127.0.0.1:\(ports[0])"
    process = try ChildProcess(
      Self.program,
      [
        "--runtime-interface-emulator-address", address, "--runtime-api-address", "127.0.0.1:\(ports[1])",
        Binaries.path(of: function),
      ],
      environment: environment.merging(
        ["PATH": "/usr/bin:/bin", "AWS_LAMBDA_FUNCTION_NAME": "test-\(function)"]) { given, _ in given }, output: output
    )
  }

  /// Invokes the function.
  /// - Returns: its response or its error document, a JSON object.
  func invoke(_ event: String) throws -> [String: Any] {
    let time = SystemTime()
    let request = HTTPRequest(
      "POST", "http://\(address)/2015-03-31/functions/function/invocations", body: Data(event.utf8))
    // An event is sent again only if the emulator was not listening yet.
    let retrier = Retrier(Backoff(base: .milliseconds(50), cap: .milliseconds(200), maximumAttempts: 200), time: time)
    let response = try retrier.run(
      deadline: Deadline(after: .seconds(60), on: time),
      decision: { ($0 as? HTTPError)?.kind == .connection ? .retry() : .giveUp },
      { _ in try HTTPClient().send(request, deadline: Deadline(after: .seconds(60), on: time)) })
    let object = try JSONSerialization.jsonObject(with: response.body) as? [String: Any]
    return try #require(object, "not an object: \(String(decoding: response.body.prefix(300), as: UTF8.self))")
  }

  /// Returns what the emulator and the function have written so far.
  func log() throws -> String { try String(contentsOfFile: output, encoding: .utf8) }

  deinit {
    // At a SIGTERM the emulator ends its function too; a SIGKILL would leave the function running.
    process.signal(SIGTERM)
    process.wait()
    try? FileManager.default.removeItem(atPath: output)
  }
}
