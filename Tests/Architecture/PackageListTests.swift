import Foundation
import TestSupport
import Testing

/// The part of `make image-check` about packages, without Docker.
@Suite("The check of an image's packages")
struct PackageListTests {
  @Test("finds what is not listed, what is listed in vain, and old versions")
  func passes() throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "packages-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let process = try ChildProcess(
      "/usr/bin/python3", [SourceFiles.root.appending(path: "Tests/Images/packages_test.py").path],
      environment: ["PATH": "/usr/bin:/bin"], output: output.path)
    #expect(process.wait() == 0, "\((try? String(contentsOf: output, encoding: .utf8)) ?? "")")
  }
}
