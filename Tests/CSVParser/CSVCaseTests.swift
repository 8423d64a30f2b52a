import Cryptography
import Foundation
import JSON
import TestSupport
import Testing

@testable import CSVParser

/// The cases in a folder `shared` beside the repository, where it is present.
@Suite("CSV cases", .enabled(if: SharedFiles.find("cases/07-csv") != nil))
struct CSVCaseTests {
  static let cases: [URL] = {
    guard let folder = SharedFiles.find("cases/07-csv") else { return [] }
    let found = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (found ?? []).sorted { $0.path < $1.path }
  }()

  @Test("The structure is what the case expects", arguments: cases)
  func structure(_ folder: URL) throws {
    let text = try String(contentsOf: folder.appending(path: "case.md"), encoding: .utf8)
    let start = try #require(text.range(of: "`{"))
    let end = try #require(text.range(of: "}`"))
    // JSON is YAML. A tab is one in both.
    let keys = text[text.index(after: start.lowerBound)..<end.lowerBound].replacing("{", with: "{\"plugin\": \"csv\", ")
    let input = try Data(contentsOf: folder.appending(path: "input/data.csv"))
    let expected = try JSONValue(parsing: Data(contentsOf: folder.appending(path: "expected.json")))
    let found = try parser(keys + "}").structure(of: body(input))
    for (name, value) in try #require(expected.object).members {
      #expect(found.object?[name] ?? .null == value, "\(name)")
    }
    // The digest is of the rows.
    let digested = found.rows.map { $0.joined(separator: "\u{1F}") + "\u{1E}" }.joined()
    #expect(found.object?["rows_sha256"]?.string == (try Digest(of: Data(digested.utf8)).hexadecimal))
  }
}
