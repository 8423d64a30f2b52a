import Foundation
import TestSupport
import Testing

/// The geocoder of the local stack, on which the tests of the enrichment rely.
@Suite("The stand-in of the geocoders")
struct GeocoderTests {
  @Test("has the forms of three providers, knows the sample site's venues, and fails as it is told")
  func passes() throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "geocoder-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let process = try ChildProcess(
      "/usr/bin/python3", [SourceFiles.root.appending(path: "Tests/Local/geocoder_test.py").path],
      environment: ["PATH": "/usr/bin:/bin"], output: output.path)
    #expect(process.wait() == 0, "\((try? String(contentsOf: output, encoding: .utf8)) ?? "")")
  }
}
