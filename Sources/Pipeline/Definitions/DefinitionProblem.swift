import YAML

/// A problem of a definition: `datasets/x/dataset.yaml:12:5: extract.url: it is missing: give …`.
public struct DefinitionProblem: Equatable, Sendable, CustomStringConvertible {
  public let file: String
  public let place: YAMLPlace
  /// The names that lead to the value: `load[0].columns.price`.
  public let key: String
  /// The problem and what is allowed.
  public let text: String
  /// True for a key that is accepted and ignored.
  public let isWarning: Bool

  /// The place of a problem of the whole file.
  public static let beginning = YAMLPlace(line: 1, column: 1)

  public init(file: String, place: YAMLPlace, key: String, _ text: String, isWarning: Bool = false) {
    self.file = file
    self.place = place
    self.key = key
    self.text = text
    self.isWarning = isWarning
  }

  public var description: String {
    "\(file):\(place.line):\(place.column): " + (key.isEmpty ? "" : "\(key): ") + (isWarning ? "warning: " : "") + text
  }
}
