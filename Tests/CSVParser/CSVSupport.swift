import Contracts
import Definitions
import JSON
import Processing

@testable import CSVParser

/// A parser by a definition's `parse` section, in YAML's flow style: `{delimiter: ";"}`.
func parser(_ keys: String = "{plugin: csv}") throws -> CSVParser {
  let (definition, problems) = read(keys)
  guard let section = definition?.parse else { throw TestProblem(problems: problems) }
  return try CSVParser(section: section)
}

/// The problems of a `parse` section.
func problems(_ keys: String) -> [String] { read(keys).problems }

struct TestProblem: Error { let problems: [String] }

private func read(_ keys: String) -> (definition: Definition?, problems: [String]) {
  let text = "dataset_id: x\ndata_type: items\nextract: {plugin: file}\nparse: \(keys)\n"
  let (definition, problems) = Definition.read(
    Array(text.utf8), file: "x.yaml",
    plugins: KnownPlugins(
      extract: [PluginForm("file", "A file.", SectionForm([]))], parse: [CSVParser.form])
  ) { _, _ in nil }
  return (definition, problems.map(\.description))
}

func body(_ bytes: some Sequence<UInt8>, charset: String? = nil) -> RawBody {
  RawBody(Array(bytes), charset: charset, address: "x.csv", origin: "urn:uuid:1")
}

func body(_ text: String) -> RawBody { body(text.utf8) }

extension JSONValue {
  /// The rows of a structure.
  var rows: [[String]] { object?["rows"]?.array?.map { $0.array?.compactMap(\.string) ?? [] } ?? [] }
}
