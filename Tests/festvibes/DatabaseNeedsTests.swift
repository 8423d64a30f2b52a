import Foundation
import TestSupport
import Testing

@testable import festvibes

/// terraform decides by itself which datasets need the database, before there is a program: its tests and this one compare the
/// needs of the same definitions with one file.
@Suite("The needs of the database that terraform knows")
struct DatabaseNeedsTests {
  /// Returns the needs of the definitions of a folder that can be read, in terraform's words.
  private func needs(in folder: String) throws -> [String: [String]] {
    let path = SourceFiles.root.appending(path: folder).path
    let catalog = Settings(["DATASETS_DIR": path]).datasetsWithoutSecrets
    var found: [String: [String]] = [:]
    for id in try catalog.ids() {
      guard let definition = try catalog.check(id, allowsMissingVariables: true).definition else { continue }
      // One rule may stand there more than once, and terraform does not count where.
      found[id] = Set(definition.databaseNeeds.map { $0.contains("rows_ratio") ? "the rule rows_ratio" : $0 }).sorted()
    }
    return found
  }

  @Test("database_needs.json has what the check of definitions says, of the repository's and of terraform's samples")
  func file() throws {
    let repository = try needs(in: "statemachine/datasets")
    let samples = try needs(in: "terraform/tests/datasets")
    #expect(repository.count >= 14 && samples.count >= 5, "\(repository.keys), \(samples.keys)")
    let expected = repository.merging(samples) { $1 }
    let file = SourceFiles.root.appending(path: "terraform/tests/database_needs.json")
    let stored = try JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: file))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let text = try String(decoding: encoder.encode(expected), as: UTF8.self)
    #expect(stored.mapValues { $0.sorted() } == expected, "terraform/tests/database_needs.json must be\n\(text)")
  }
}
