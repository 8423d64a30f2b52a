import Contracts
import Definitions
import Fetching
import JQ
import Processing
import Settings

/// The extractors of the datasets that were asked for. The plugins are in `ExtractionPlugins`.
public final class ExtractionRegistry {
  /// The plugins, for reading definitions.
  public static let known = KnownPlugins(
    extract: ExtractionPlugins.extractors.forms + ExtractionPlugins.readers.forms,
    parse: ExtractionPlugins.parsers.forms, normalize: ExtractionPlugins.normalize?.form.section,
    transform: ExtractionPlugins.transforms.forms, readsState: true, lock: .lock)

  private let configuration: () -> Configuration
  private var extractors: [String: any Extractor] = [:]

  /// - Parameter configuration: reads the environment. It is called once for each dataset that is asked for, so that wrong
  ///   settings of one dataset do not stop another.
  public init(_ configuration: @escaping () -> Configuration) { self.configuration = configuration }

  /// Returns the dataset's extractor: the plugin itself if it yields records, else its reader with the parser and the
  /// transforms.
  /// - Throws: `ConfigurationInvalid` for an unknown plugin, or with all problems of the dataset's settings.
  public func extractor(for definition: Definition) throws(PipelineError) -> any Extractor {
    if let extractor = extractors[definition.dataset.id] { return extractor }
    var settings = configuration()
    let extractor = try make(definition, &settings)
    extractors[definition.dataset.id] = extractor
    return extractor
  }

  /// Makes what needs neither settings nor secrets, compiles the filters, and fills the templates of the plan's first item, to
  /// find what is wrong with a definition.
  /// - Returns: the problems of filters and templates; a warning if no filter can be compiled on this machine.
  /// - Throws: `ConfigurationInvalid`.
  public static func check(_ definition: Definition) throws(PipelineError) -> [DefinitionProblem] {
    guard !ExtractionPlugins.extractors.contains(where: { $0.form.name == definition.extract.plugin }) else {
      try refuseStages(of: definition)
      return []
    }
    let filters = JQFilters()
    let transforms = try stages(of: definition, filters).transforms
    do { try filters.compile() } catch { return definition.problems(error) }
    return definition.templateProblems(transforms)
  }

  /// Returns the parser and the transforms of a dataset whose extractor reads bytes, for programs that have the bytes.
  /// - Throws: as `extractor`.
  public static func stages(
    of definition: Definition
  ) throws(PipelineError) -> (parser: any Parser, transforms: [any Transform]) {
    try stages(of: definition, JQFilters())
  }

  /// - Parameter filters: takes the filters of all stages.
  private static func stages(
    of definition: Definition, _ filters: JQFilters
  ) throws(PipelineError) -> (parser: any Parser, transforms: [any Transform]) {
    guard let parse = definition.parse else {
      throw PipelineError(
        .configurationInvalid,
        "\(definition.file): parse: it is missing: the extractor '\(definition.extract.plugin ?? "")' yields bytes")
    }
    let parser = try ExtractionPlugins.parsers.plugin(of: parse).make(parse, filters)
    var transforms: [any Transform] = []
    if let normalize = definition.normalize, let plugin = ExtractionPlugins.normalize {
      transforms.append(try plugin.make(definition, normalize, filters))
    }
    for section in definition.transforms {
      transforms.append(try ExtractionPlugins.transforms.plugin(of: section).make(definition, section, filters))
    }
    if let window = ExtractionPlugins.window(of: definition) { transforms.append(window) }
    return (parser, transforms)
  }

  /// The first stage of a dataset.
  public enum Source {
    /// Yields records itself.
    case extractor(any Extractor)
    /// Yields bytes, for a parser.
    case reader(any BodyReader)
  }

  /// Returns the first stage of a dataset, for programs that do the others themselves.
  /// - Throws: as `extractor`.
  public static func source(
    of definition: Definition, _ settings: inout Configuration
  ) throws(PipelineError) -> Source {
    let section = definition.extract
    if let plugin = ExtractionPlugins.extractors.first(where: { $0.form.name == section.plugin }) {
      try refuseStages(of: definition)
      return .extractor(try plugin.make(definition, section, &settings))
    }
    return .reader(try ExtractionPlugins.readers.plugin(of: section).make(definition, section, &settings))
  }

  private func make(_ definition: Definition, _ settings: inout Configuration) throws(PipelineError) -> any Extractor {
    switch try Self.source(of: definition, &settings) {
    case .extractor(let extractor): return extractor
    case .reader(let reader):
      let (parser, transforms) = try Self.stages(of: definition)
      return ProcessedExtractor(
        definition.dataset, reader: reader, parser: parser, transforms: transforms,
        incremental: try Self.incremental(of: definition))
    }
  }

  private static func incremental(of definition: Definition) throws(PipelineError) -> Incremental? {
    guard let section = definition.extract.section("incremental") else { return nil }
    return Incremental(section, readTime: try ExtractionPlugins.readTime(section, definition.dataset))
  }

  /// An extractor that yields records has its own types: stages for others would be ignored.
  private static func refuseStages(of definition: Definition) throws(PipelineError) {
    let stages = [
      (definition.parse != nil, "parse"), (definition.normalize != nil, "normalize"),
      (!definition.transforms.isEmpty, "transform"), (definition.windowInDays != nil, "windowInDays"),
    ]
    guard let stage = stages.first(where: \.0)?.1 else { return }
    throw PipelineError(
      .configurationInvalid,
      "\(definition.file): \(stage): the extractor '\(definition.extract.plugin ?? "")' yields records itself: delete it"
    )
  }
}
