import Foundation
import TestSupport
import Testing

/// Parts of the local stack on which other tests rely.
@Suite("Stand-ins")
struct StandInTests {
  @Test(
    "The geocoder has the forms of three providers and fails as it is told; batches of a stream are delivered as on AWS",
    arguments: ["geocoder_test.py", "batches_test.py", "sample_posts_test.py"])
  func passes(test: String) throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "\(test)-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let process = try ChildProcess(
      "/usr/bin/python3", [SourceFiles.root.appending(path: "Tests/Local/\(test)").path],
      environment: ["PATH": "/usr/bin:/bin"], output: output.path)
    #expect(process.wait() == 0, "\((try? String(contentsOf: output, encoding: .utf8)) ?? "")")
  }
}
