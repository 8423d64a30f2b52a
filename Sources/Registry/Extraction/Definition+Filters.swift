import Definitions
import JQ

extension Definition {
  /// Returns the problems of this definition's filters with their places in the file.
  func problems(_ error: JQError) -> [DefinitionProblem] {
    error.problems.map { problem in
      // A filter was added under `FILE:LINE: KEY`, where the line is that of its section.
      let key = problem.place.dropFirst(file.utf8.count).firstRange(of: ": ").map {
        String(problem.place[$0.upperBound...])
      }
      let isLong = (problem.line ?? 1) > 1
      let text = (isLong ? "line \(problem.line ?? 1) of the filter: " : "") + problem.text
      return DefinitionProblem(
        file: file, place: key.flatMap { places[$0] } ?? DefinitionProblem.beginning, key: key ?? "",
        error.isOfMachine ? "the filters were not compiled: \(text)" : text, isWarning: error.isOfMachine)
    }
  }
}
