import Foundation
import TestSupport
import Testing

/// `make sanitize` names the test targets that it runs. A target that is moved or renamed must not drop out unnoticed.
@Suite("Tests under AddressSanitizer")
struct SanitizeTests {
  /// The names in the filter of `make sanitize`.
  private static func sanitized() throws -> Set<String> {
    let makefile = try SourceFiles.text(of: "Makefile")
    let match = try #require(makefile.firstMatch(of: /swift test [^\n]*\$\(sanitized\)[^']*'\^\(([A-Za-z|]+)\)Tests'/))
    return Set(match.output.1.split(separator: "|").map(String.init))
  }

  @Test("Every name is a folder of tests")
  func known() throws {
    for name in try Self.sanitized() {
      #expect(try !SourceFiles.swift(below: "Tests/\(name)").isEmpty, "\(name)")
    }
  }

  @Test("Libraries that wrap a C library are covered, and whatever fetches or parses pages with them")
  func complete() throws {
    let wrappers = try SourceFiles.swift(below: "Sources/Core").filter { $0.text.contains(/(?m)^import C[A-Z]/) }
    let folders = try FileManager.default.contentsOfDirectory(atPath: SourceFiles.root.appending(path: "Tests").path)
    var wanted = Set(wrappers.map { String($0.path.split(separator: "/")[2]) }).intersection(folders)
    for folder in folders where folder != "Integration" && folder != "Support" && folder != "Benchmarks" {
      guard let files = try? SourceFiles.swift(below: "Tests/\(folder)") else { continue }
      if files.contains(where: { $0.text.contains(/(?m)^import ScrapingSupport$/) }) { wanted.insert(folder) }
    }
    #expect(wanted.isSuperset(of: ["Compression", "Fetching", "HTTP", "Markup", "Postgres", "Redis", "WWOZExtractor"]))
    #expect(try wanted.subtracting(Self.sanitized()).isEmpty)
  }
}
