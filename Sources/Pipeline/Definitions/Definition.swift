import Contracts
import YAML

/// The definition of a dataset, as its file says it, checked as far as the program that reads it knows the plugins.
public struct Definition: Sendable, Equatable {
  /// The path of the file, for messages.
  public let file: String
  /// The names, the zone and the plugins' names.
  public let dataset: Dataset
  public let description: String
  /// The section `plan`: its `kind`, and the keys beside it.
  public let plan: Section
  public let schedule: Section?
  /// The events that start runs, by the section `trigger`; empty for a program that does not read it.
  public let triggers: [DatasetTrigger]
  public let extract: Section
  /// True if the section `extract` has `incremental`, also for a program that does not know the extractors.
  public let isIncremental: Bool
  /// Those of `ObjectReference.parameterNames` that a text of `extract` has as a name, also for a program that does not know
  /// the extractors.
  public let objectNames: [String]
  /// Nil for an extractor that yields records itself.
  public let parse: Section?
  public let normalize: Section?
  public let transforms: [Section]
  public let sinks: [Section]
  public let publishers: [Section]
  /// The rules of the section `expect`: what must be true of a document. Empty if there are none, or if the program does not
  /// read the section.
  public let expectations: [Section]
  /// The section `lock`; nil if runs of the dataset may overlap, or if the program does not read the section.
  public let lock: Section?
  /// The days before the reading from which points are loaded; nil for all.
  public let windowInDays: Int?
  /// True if a run must not go on without the ledger, which has its lock or its checkpoints.
  public let needsLedger: Bool
  /// Every variable that the file names.
  public let variables: [DefinitionVariable]
  /// The place of each value in the file, by its key: `transform[0].filter`.
  public let places: [String: YAMLPlace]
}
