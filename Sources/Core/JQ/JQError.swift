/// Filters that cannot be used: they are no jq, use what filters may not use, or libjq is missing.
public struct JQError: Error, Equatable, CustomStringConvertible {
  public struct Problem: Equatable, Sendable, CustomStringConvertible {
    /// The place that was given with the filter, such as `datasets/x/dataset.yaml:12: transform[0].filter`; empty for a
    /// problem of all filters.
    public let place: String
    /// The line within the filter, from 1; nil for a problem of no line.
    public let line: Int?
    public let text: String

    public var description: String {
      (place.isEmpty ? "" : "\(place): ") + (line.map { "line \($0) of the filter: " } ?? "") + text
    }
  }

  public let problems: [Problem]
  /// True if no filter can be compiled on this machine, whatever it is: libjq is missing, or must not be used.
  public let isOfMachine: Bool

  init(_ problems: [Problem]) {
    self.problems = problems
    isOfMachine = false
  }

  init(_ text: String, at place: String = "", line: Int? = nil, isOfMachine: Bool = false) {
    problems = [Problem(place: place, line: line, text: text)]
    self.isOfMachine = isOfMachine
  }

  public var description: String { problems.map(\.description).joined(separator: "; ") }
}
