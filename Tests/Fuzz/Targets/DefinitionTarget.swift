import Contracts
import Definitions
import Extraction
import Foundation

/// Reads the input as a dataset's definition.
enum DefinitionTarget {
  static func read(_ input: Data) throws {
    let (definition, problems) = Definition.read(
      Array(input), file: "f.yaml", plugins: ExtractionRegistry.known
    ) { name, _ in name.count.isMultiple(of: 2) ? name : nil }
    let isWrong = problems.contains { !$0.isWarning }
    try require((definition == nil) == isWrong, "a definition with problems, or none without: \(problems)")
    for problem in problems {
      try require(problem.place.line >= 1 && problem.place.column >= 1, "a place outside the file: \(problem)")
      try require(!problem.text.isEmpty, "a problem without words")
    }
    guard let definition else { return }
    try require(Form.Rule.datasetID.isSatisfied(definition.dataset.id), "the id '\(definition.dataset.id)'")
  }
}
