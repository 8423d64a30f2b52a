import Definitions
import Foundation
import TestSupport
import Testing

@testable import festvibes

/// The files that are made from the forms of definitions. `make dataset-schema` sets UPDATE_SCHEMA, which writes them.
@Suite("Files of the definitions' format")
struct DefinitionFileTests {
  private static let folder = RepositoryDatasets.folder.path
  private static let isUpdate = ProcessInfo.processInfo.environment["UPDATE_SCHEMA"] != nil

  private func check(_ name: String, _ wanted: (_ present: String) throws -> String) throws {
    let file = URL(filePath: "\(Self.folder)/\(name)")
    let present = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let text = try wanted(present)
    if Self.isUpdate { try Data(text.utf8).write(to: file) }
    #expect(Self.isUpdate || present == text, "\(name) is not current: run make dataset-schema")
  }

  @Test("The JSON Schema is that of the forms")
  func schema() throws {
    try check("dataset.schema.json") { _ in try JSONText.pretty(DefinitionSchema(plugins: .all).object) + "\n" }
  }

  @Test("The README has the tables of the forms")
  func readme() throws {
    let (start, end) = ("<!-- The part below is generated: make dataset-schema. -->", "<!-- end -->")
    try check("README.md") { present in
      let head = try #require(present.firstRange(of: start))
      let tail = try #require(present.firstRange(of: end))
      let keys = DefinitionKeys(plugins: .all).markdown.joined(separator: "\n")
      return "\(present[..<head.upperBound])\n\n\(keys)\n\n\(present[tail.lowerBound...])"
    }
  }

  @Test("Every definition begins with the line that leads editors to the schema")
  func line() throws {
    let catalog = Settings(["DATASETS_DIR": Self.folder]).datasetsWithoutSecrets
    for id in try catalog.ids() {
      let text = try SourceFiles.text(of: "statemachine/datasets/\(id)/dataset.yaml")
      #expect(text.hasPrefix("# yaml-language-server: $schema=../dataset.schema.json\n"), "\(id)")
      #expect(try catalog.check(id, allowsMissingVariables: true).problems.isEmpty, "\(id)")
    }
  }

  @Test("The schema is as strict as the forms on keys, and lets variables and quoted numbers pass")
  func strictness() throws {
    let plugins = KnownPlugins(
      extract: [
        PluginForm(
          "http", "Requests.",
          SectionForm([
            KeyForm("url", .text(), isRequired: true, "The address."), KeyForm("rate", .integer(1...9), "The rate."),
            KeyForm("tags", .list(of: .choice(["a", "b"])), "Tags."),
          ]))
      ])
    let object = DefinitionSchema(plugins: plugins).object
    let properties = try #require(object["properties"] as? [String: [String: Any]])
    #expect(object["additionalProperties"] as? Bool == false)
    #expect(object["required"] as? [String] == ["dataset_id"])
    // System 002's source with a kind stands for the others.
    let either = try #require(object["anyOf"] as? [[String: Any]])
    #expect(either.map { $0["required"] as? [String] } == [["data_type", "extract"], ["source"]])
    let extract = try #require(properties["extract"])
    let chosen = try #require((extract["allOf"] as? [[String: Any]])?.first?["then"] as? [String: Any])
    #expect(chosen["additionalProperties"] as? Bool == false && chosen["required"] as? [String] == ["url"])
    let rate = try #require((chosen["properties"] as? [String: Any])?["rate"])
    let text = try JSONText.line(["rate": rate])
    #expect(text.contains(#""maximum":9,"minimum":1,"type":"integer""#) && text.contains(#"\\$\\{"#))
    #expect(properties["parse_config"]?["type"] as? [String] == ["object", "null"])
  }
}
