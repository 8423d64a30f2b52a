import Foundation
import HTTP
import TestSupport
import Testing
import Time

/// The functions behind AWS's Runtime Interface Emulator, each test with an emulator of its own.
@Suite("Behind the emulator", .serialized, .enabled(if: Emulator.isInstalled, "install the emulator: make test"))
struct EmulatorTests {
  private static let settings = [
    "PG_DATABASE_URL": "postgresql://nobody:pa55word@127.0.0.1:1/none", "REDIS_URL": "redis://:pa55word@127.0.0.1:1/0",
  ]

  @Test("an event is answered, in one process again and again")
  func answers() throws {
    let emulator = try Emulator("DateRangeGenerator")
    for _ in 0..<3 {
      let answer = try emulator.invoke(#"{"start_date":"2024-05-31","end_date":"2024-06-01"}"#)
      #expect((answer["body"] as? [String: Any])?["dates"] as? [String] == ["2024-05-31", "2024-06-01"])
    }
  }

  @Test("a bad event is an error by name, and the process lives on")
  func badEvents() throws {
    let emulator = try Emulator("DateRangeGenerator")
    for event in [#"{"days_ahead":-1}"#, #"{"days_ahead":"many"}"#, "[]", "nonsense"] {
      let answer = try emulator.invoke(event)
      #expect(answer["errorType"] as? String == "InvalidInput", "\(event)")
      #expect((answer["errorMessage"] as? String)?.isEmpty == false)
    }
    #expect(try emulator.invoke(#"{"days_ahead":0}"#)["statusCode"] as? Int == 200)
  }

  @Test("a function that cannot start says all that its environment lacks", arguments: ["Loader", "CacheManager"])
  func initialisationError(function: String) throws {
    let answer = try Emulator(function).invoke("{}")
    #expect(answer["errorType"] as? String == "ConfigurationInvalid")
    let message = try #require(answer["errorMessage"] as? String)
    #expect(message.contains("PG_DATABASE_URL is not set"))
    if function == "CacheManager" { #expect(message.contains("REDIS_URL is not set")) }
  }

  @Test("a database that is away is DatabaseUnavailable, and no password is shown or logged")
  func databaseAway() throws {
    let emulator = try Emulator("CacheManager", environment: Self.settings)
    let answer = try emulator.invoke(#"{"queryStringParameters":{"date":"2024-05-31"}}"#)
    #expect(answer["errorType"] as? String == "DatabaseUnavailable")
    #expect(!"\(answer)".contains("pa55word"))
    let log = try emulator.log()
    #expect(log.contains("DatabaseUnavailable"))
    #expect(!log.contains("pa55word"))
  }
}

/// One emulator with one function in it.
private final class Emulator {
  private static let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
  private static let program = root.appending(path: ".local/bin/aws-lambda-rie").path
  static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

  private let process: ChildProcess
  private let address: String
  private let output = FileManager.default.temporaryDirectory.appending(path: "emulator-\(UUID().uuidString).log").path

  /// - Parameter function: the name of a binary beside the test's own.
  init(_ function: String, environment: [String: String] = [:]) throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let ports = try (0..<2).map { _ in try ScriptedServer.freePort() }
    address = "127.0.0.1:\(ports[0])"
    process = try ChildProcess(
      Self.program,
      [
        "--runtime-interface-emulator-address", address, "--runtime-api-address", "127.0.0.1:\(ports[1])",
        folder.appending(path: function).path,
      ],
      environment: environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }, output: output)
  }

  /// The JSON object that the function answers, or its error document.
  func invoke(_ event: String) throws -> [String: Any] {
    let time = SystemTime()
    let request = HTTPRequest(
      "POST", "http://\(address)/2015-03-31/functions/function/invocations", body: Data(event.utf8))
    // Nothing is sent twice but what found no emulator listening yet.
    let retrier = Retrier(Backoff(base: .milliseconds(50), cap: .milliseconds(200), maximumAttempts: 200), time: time)
    let response = try retrier.run(
      until: Deadline(after: .seconds(60), on: time),
      advice: { ($0 as? HTTPError)?.kind == .connection ? .retry() : .giveUp },
      { _ in try HTTPClient().send(request, deadline: Deadline(after: .seconds(60), on: time)) })
    let object = try JSONSerialization.jsonObject(with: response.body) as? [String: Any]
    return try #require(object, "not an object: \(String(decoding: response.body.prefix(300), as: UTF8.self))")
  }

  /// What emulator and function have written so far.
  func log() throws -> String { try String(contentsOfFile: output, encoding: .utf8) }

  deinit {
    // The emulator takes its function along when it is asked to end, not when it is killed.
    process.signal(SIGTERM)
    process.wait()
    try? FileManager.default.removeItem(atPath: output)
  }
}
