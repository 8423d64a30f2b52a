import Contracts
import Definitions
import Settings

/// The datasets of a folder. A definition is read when it is asked for, and only its file, so that a problem of one
/// dataset does not stop another.
public final class DatasetCatalog {
  /// The most problems in the message of an error. A state machine's data is limited.
  static let maximumProblems = 30

  public let folder: DatasetFolder
  private let plugins: KnownPlugins
  private let configuration: () -> Configuration
  /// The definitions that were read without a problem.
  private var read: [String: Definition] = [:]

  /// - Parameters:
  ///   - plugins: the plugins whose sections are checked.
  ///   - configuration: reads the environment. It is called once for each dataset that is asked for.
  public init(_ folder: DatasetFolder, plugins: KnownPlugins, configuration: @escaping () -> Configuration) {
    self.folder = folder
    self.plugins = plugins
    self.configuration = configuration
  }

  /// Returns the definition of a dataset, whose variables have their values.
  /// - Parameter id: the dataset's id; `Datasets.standardID` if nil.
  /// - Throws: `InvalidInput` for an unknown id; `ConfigurationInvalid` with all problems of the definition and of its
  ///   variables; a retryable error if a secret cannot be read now.
  public func definition(_ id: String?) throws(PipelineError) -> Definition {
    let id = id ?? Datasets.standardID
    if let known = read[id] { return known }
    let definition = try definition(id, allowsMissingVariables: false)
    read[id] = definition
    return definition
  }

  /// Returns a dataset's names and plugins. Its variables need no values.
  /// - Throws: as `definition`.
  public func dataset(_ id: String?) throws(PipelineError) -> Dataset {
    let id = id ?? Datasets.standardID
    if let known = read[id] { return known.dataset }
    return try definition(id, allowsMissingVariables: true).dataset
  }

  /// Returns the datasets' ids.
  /// - Throws: `ConfigurationInvalid` if the folder cannot be read.
  public func ids() throws(PipelineError) -> [String] { try folder.ids() }

  /// Returns what starts a dataset's runs. Its variables need no values: a trigger whose bucket has none is met by nothing.
  /// - Throws: as `definition`.
  public func triggers(of id: String) throws(PipelineError) -> [DatasetTrigger] {
    try definition(id, allowsMissingVariables: true).triggers
  }

  /// Returns the job types that each dataset declares, by the datasets' ids in order; nil for a definition that cannot be
  /// read. Nothing else of the definitions is checked: a mistake in one stops no other.
  /// - Throws: `ConfigurationInvalid` if the folder cannot be read.
  public func jobTypes() throws(PipelineError) -> [(id: String, jobTypes: [String]?)] {
    try ids().map { id in
      let text = (try? DatasetFolder.read(folder.file(of: id))) ?? nil
      return (id, text.flatMap(Definition.jobTypes))
    }
  }

  private func definition(_ id: String, allowsMissingVariables: Bool) throws(PipelineError) -> Definition {
    let (definition, problems) = try check(id, allowsMissingVariables: allowsMissingVariables)
    guard let definition else {
      let texts = problems.filter { !$0.isWarning }.map(\.description)
      let more = texts.count - Self.maximumProblems
      let rest = more > 0 ? ["and \(more) more, which festvibes check \(id) prints"] : []
      throw PipelineError(
        .configurationInvalid, (texts.prefix(Self.maximumProblems) + rest).joined(separator: "; "))
    }
    return definition
  }

  /// Reads a dataset's definition.
  /// - Returns: as `Definition.read`.
  /// - Throws: `InvalidInput` for an unknown id, `ConfigurationInvalid` for a file that cannot be read, a retryable error
  ///   if a secret cannot be read now.
  public func check(
    _ id: String, allowsMissingVariables: Bool
  ) throws(PipelineError) -> (definition: Definition?, problems: [DefinitionProblem]) {
    // Only an id is made a path.
    guard Form.Rule.datasetID.isSatisfied(id), let text = try DatasetFolder.read(folder.file(of: id)) else {
      throw PipelineError(
        .invalidInput, "dataset is '\(id.prefix(40))': it must be one of \(try ids().joined(separator: ", "))")
    }
    return try check(text, of: folder.file(of: id), id: id, allowsMissingVariables: allowsMissingVariables)
  }

  /// Reads a definition from any place.
  /// - Parameters:
  ///   - file: the path, for messages.
  ///   - id: the id that it must have; nil for any.
  /// - Throws: a retryable error if a secret cannot be read now.
  public func check(
    _ text: [UInt8], of file: String, id: String? = nil, allowsMissingVariables: Bool
  ) throws(PipelineError) -> (definition: Definition?, problems: [DefinitionProblem]) {
    let variables = DefinitionVariables(configuration())
    let read = Definition.read(
      text, file: file, id: id, plugins: plugins, allowsMissingVariables: allowsMissingVariables,
      variable: variables.value)
    if let failure = variables.temporaryFailure { throw failure }
    return read
  }
}
