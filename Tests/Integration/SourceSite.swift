import Foundation
import HTTP
import TestSupport
import Time

/// A site that the functions read: the captured pages, or the project's sample site.
final class SourceSite {
  private let process: ChildProcess
  private let logPath = FileManager.default.temporaryDirectory.appending(path: "site-\(UUID().uuidString).jsonl").path

  private static let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
  private static let captured = SharedFiles.find("wwoz") ?? root.appending(path: "../shared/wwoz").standardizedFileURL
  static let hasCapturedPages = FileManager.default.fileExists(atPath: captured.appending(path: "site.py").path)

  /// Starts the site of the captured pages.
  /// - Parameter options: select its faults, such as `--fail-rate`.
  static func captured(_ options: String...) throws -> SourceSite {
    try SourceSite(captured.appending(path: "site.py").path, options)
  }

  /// Starts the sample site.
  /// - Parameters:
  ///   - port: the port on which the stack's functions expect it, or another for functions that a test starts.
  ///   - changes: a file of changes to its venues and artists, which is read for each request; nil for none.
  static func sample(port: String = LocalStack.sitePort, changes: String? = nil) throws -> SourceSite {
    let options = changes.map { ["--changes", $0] } ?? []
    return try SourceSite(root.appending(path: "statemachine/local/sample_site.py").path, options, port: port)
  }

  private init(_ script: String, _ options: [String], port: String = LocalStack.sitePort) throws {
    process = try ChildProcess(
      "/usr/bin/python3", [script, "--port", port, "--log", logPath] + options,
      environment: ["PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"])
    let time = SystemTime()
    let deadline = Deadline(after: .seconds(20), on: time)
    let request = HTTPRequest("GET", "http://127.0.0.1:\(port)/robots.txt")
    while (try? HTTPClient().send(request, deadline: deadline)) == nil {
      guard !deadline.hasPassed, !process.hasEnded else { throw POSIXError(.ETIMEDOUT) }
      time.sleep(for: .milliseconds(50))
    }
    // Another process may respond on that port: the stack's own sample site, if the environment is that of `make up`.
    guard !process.hasEnded else { throw POSIXError(.EADDRINUSE) }
  }

  /// Returns the paths of all requests so far, with their queries, without robots.txt.
  func requests() throws -> [String] {
    struct Line: Decodable { let path: String }
    return try String(contentsOfFile: logPath, encoding: .utf8).split(separator: "\n")
      .map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)).path }.filter { $0 != "/robots.txt" }
  }

  /// Stops answering, until `goOn`: the system takes the connections.
  func hold() { process.signal(SIGSTOP) }

  /// Answers again, also what came meanwhile.
  func goOn() { process.signal(SIGCONT) }

  func stop() {
    process.stop()
    try? FileManager.default.removeItem(atPath: logPath)
  }

  deinit { stop() }

  /// The expected content of a captured listing.
  struct ExpectedListing: Decodable {
    struct Panel: Decodable {
      let venue: String
      let venue_href: String
      let events: [Event]
    }
    struct Event: Decodable {
      let artist: String
      let event_href: String
      let time: String
    }
    let panels: [Panel]

    static func read(_ date: String) throws -> ExpectedListing {
      let file = SourceSite.captured.appending(path: "listings/\(date).expected.json")
      return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
    }
  }

  /// An event of a captured day.
  struct DayEvent: Decodable {
    let venue: String
    let venue_href: String
    let artist: String
    let event_href: String
    let time: String
  }

  /// Returns the captured days, in order.
  static func days() throws -> [(date: String, events: [DayEvent])] {
    try FileManager.default.contentsOfDirectory(at: captured.appending(path: "days"), includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
      .map {
        (
          $0.deletingPathExtension().lastPathComponent,
          try JSONDecoder().decode([DayEvent].self, from: Data(contentsOf: $0))
        )
      }
      .sorted { $0.0 < $1.0 }
  }
}

/// Returns a clock time such as `3:00pm` on a summer day in New Orleans in the form of a record.
func performanceTime(_ date: String, _ clock: String) -> String {
  let parts = clock.dropLast(2).split(separator: ":").compactMap { Int($0) }
  let hour = parts[0] % 12 + (clock.hasSuffix("pm") ? 12 : 0)
  return String(format: "%@T%02d:%02d:00-05:00", date, hour, parts[1])
}
