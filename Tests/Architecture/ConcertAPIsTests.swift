import Foundation
import TestSupport
import Testing

/// Ticketmaster and Spotify of the local stack, on which the tests of their datasets rely.
@Suite("The stand-ins of Ticketmaster and Spotify")
struct ConcertAPIsTests {
  @Test("have pages, tokens and limits as the APIs do, and fail as they are told")
  func passes() throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "concert-apis-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let process = try ChildProcess(
      "/usr/bin/python3", [SourceFiles.root.appending(path: "Tests/Local/concert_apis_test.py").path],
      environment: ["PATH": "/usr/bin:/bin"], output: output.path)
    #expect(process.wait() == 0, "\((try? String(contentsOf: output, encoding: .utf8)) ?? "")")
  }
}
