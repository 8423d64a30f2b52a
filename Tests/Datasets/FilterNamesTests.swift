import Foundation
import TestSupport
import Testing

/// The names in the jq filters of the repository's definitions.
@Suite("Names in the filters of datasets")
struct FilterNamesTests {
  /// The built-in functions without arguments, which a parameter `$name` of a definition would replace.
  private static let builtIns: Set<String> = [
    "abs", "add", "all", "any", "arrays", "ascii", "ascii_downcase", "ascii_upcase", "booleans", "ceil", "empty", "env",
    "error", "explode", "first", "flatten", "floor", "from_entries", "fromdate", "fromjson", "gmtime", "halt",
    "implode",
    "infinite", "input", "inputs", "isnan", "iterables", "join", "keys", "last", "length", "localtime", "ltrim", "max",
    "min",
    "mktime", "nan", "not", "now", "null", "nulls", "numbers", "objects", "path", "paths", "range", "recurse",
    "reverse",
    "round", "rtrim", "scalars", "sort", "sqrt", "strings", "test", "to_entries", "toarray", "todate", "tojson",
    "tonumber",
    "tostring", "transpose", "trim", "type", "unique", "utf8bytelength", "values",
  ]

  private static func shadows(in text: String) -> [String] {
    text.matches(of: #/def\s+\w+\(([^)]*)\)/#).flatMap { match in
      match.output.1.matches(of: #/\$(\w+)/#).map { String($0.output.1) }.filter(builtIns.contains)
    }
  }

  @Test("No parameter has a built-in's name: in jq, def f($type) makes type the parameter")
  func parameters() throws {
    #expect(Self.shadows(in: "def price($type): 1; def f($least; $now): 2;") == ["type", "now"])
    let folders = try FileManager.default.contentsOfDirectory(
      at: URL(filePath: RepositoryDatasets.folder.path), includingPropertiesForKeys: nil)
    var parameters = 0
    for folder in folders {
      guard let text = try? String(contentsOf: folder.appending(path: "dataset.yaml"), encoding: .utf8) else {
        continue
      }
      #expect(Self.shadows(in: text).isEmpty, "\(folder.lastPathComponent)")
      parameters += text.split(separator: "\n").count { $0.contains("def ") && $0.contains("($") }
    }
    #expect(parameters > 10)
  }
}
