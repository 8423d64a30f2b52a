import Foundation
import TestSupport
import Testing

@testable import ProcessedZone

@Suite("What readers of the processed zone rely on")
struct RecipeTests {
  private let readme: String

  init() throws { readme = try SourceFiles.text(of: "Sources/Publishers/Processed/README.md") }

  /// The names before a type in a list of columns.
  private func names(from start: String, to end: String) throws -> [String] {
    let begin = try #require(readme.range(of: start)).upperBound
    let text = readme[begin..<(try #require(readme.range(of: end, range: begin..<readme.endIndex)).lowerBound)]
    return text.matches(of: /(?:^|, |,\n\s*|\n\s+|\{)([a-z_]+)[: ]/).map { String($0.output.1) }
  }

  @Test("The README's tables have the columns of a line, in its order", arguments: ProcessedType.all.map(\.name))
  func table(name: String) throws {
    let type = try #require(ProcessedType.all.first { $0.name == name })
    let row = try #require(readme.split(separator: "\n").first { $0.hasPrefix("| \(name) |") })
    let named = row.matches(of: /`([a-z_]+)`/).map { String($0.output.1) }
    #expect(named == type.columns.map(\.name))
  }

  @Test("The recipes' tables have the columns of a concert, in the order of a line")
  func recipes() throws {
    let columns = ProcessedType.concerts.columns.map(\.name)
    #expect(try names(from: "create table concerts (", to: "\n);") == columns)
    #expect(try names(from: "columns = {", to: "});").filter { columns.contains($0) } == columns)
    // Athena has the source from the partition: a name cannot be both.
    #expect(
      try names(from: "create external table concerts (", to: "\n)\npartitioned").filter { columns.contains($0) }
        == columns.filter { $0 != "source" })
  }

  @Test("A key and the folders of the Athena recipe agree")
  func keys() throws {
    let key = ProcessedKey.object("2026-05-31", of: .concerts, source: "ticketmaster")
    #expect(readme.contains("    \(key)\n"))
    #expect(readme.contains("    \(ProcessedKey.object("", of: .concerts, source: "ticketmaster"))\n"))
    #expect(readme.contains("    \(ProcessedKey.object("", of: .venues, source: "ticketmaster"))\n"))
    #expect(readme.contains("/source=${source}/year=${year}/month=${month}/day=${day}/'"))
  }
}
