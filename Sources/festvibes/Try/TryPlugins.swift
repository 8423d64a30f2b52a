import CSVParser
import Contracts
import Definitions
import Extraction
import Fetching
import Foundation
import JSON
import Normalize
import Processing
import Time

/// The definitions and plugins that `try` uses.
/// TO BE REPLACED AT THE MERGE by the catalog, the registry and the planner: `DatasetCatalog`, `ExtractionRegistry.known`,
/// `ExtractionRegistry.stages`, and the reader or extractor of a definition.
enum TryPlugins {
  enum Source {
    /// Yields records itself.
    case extractor(any Extractor)
    /// Yields bytes.
    case reader(any BodyReader)
  }

  static let known = KnownPlugins(
    extract: ["http", "file", "wwoz_livewire"].map {
      PluginForm(
        $0, "",
        SectionForm(
          ["url", "path", "query", "paginate", "rate", "retry", "breaker", "robots", "auth", "format"].map {
            KeyForm($0, .any, "")
          }))
    },
    parse: [
      CSVParser.form, PluginForm("json", "", SectionForm([KeyForm("records", .text(), "")])),
    ], normalize: Normalizer.form)

  /// - Parameter name: an id, or the path of a file.
  static func definition(
    _ name: String, environment: [String: String], allowsMissingVariables: Bool
  ) throws -> Definition {
    let isFile = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    let folder = environment["DATASETS_DIR"] ?? "statemachine/datasets"
    let path = isFile ? name : "\(folder)/\(name)/dataset.yaml"
    guard let text = FileManager.default.contents(atPath: path) else {
      throw CommandError("there is no dataset '\(name)': \(path) cannot be read")
    }
    let (definition, problems) = Definition.read(
      [UInt8](text), file: path, plugins: known, allowsMissingVariables: allowsMissingVariables
    ) { name, _ in environment[name] }
    guard let definition else { throw CommandError(problems.map(\.description).joined(separator: "\n")) }
    return definition
  }

  static func stages(
    of definition: Definition
  ) throws(PipelineError) -> (parser: any Parser, transforms: [any Transform]) {
    guard let parse = definition.parse else {
      throw PipelineError(
        .configurationInvalid, "\(definition.file): parse: it is missing: the extractor yields bytes")
    }
    let parser: any Parser = parse.plugin == "csv" ? try CSVParser(section: parse) : LocalJSONParser()
    guard let normalize = definition.normalize else { return (parser, []) }
    return (parser, [try Normalizer(definition.dataset, section: normalize)])
  }

  static func source(of definition: Definition, _ settings: Settings) throws(PipelineError) -> Source {
    guard definition.extract.plugin == "wwoz_livewire" else {
      throw PipelineError(.configurationInvalid, "the extractor \(definition.extract.plugin ?? "") is not there yet")
    }
    return .extractor(try ExtractionRegistry(settings.configuration).extractor(for: definition))
  }

  /// Returns the work item of a run: the one with an id, else the first.
  static func item(_ id: String?, of definition: Definition, at now: Date) throws(PipelineError) -> WorkItem {
    if let id, let date = CalendarDate(id) { return WorkItem(date: date) }
    if let id { return try WorkItem(id: id) }
    guard definition.plan.text("kind") == "dates" else { return try WorkItem(id: "all") }
    return WorkItem(date: try definition.dataset.timeZoneRules().localDate(at: now))
  }
}

/// Until the parser `json` is merged.
private final class LocalJSONParser: Parser {
  func parse(_ body: RawBody) throws(PipelineError) -> Records {
    let document = try structure(of: body)
    let list = document.array ?? document.object?["data"]?.array ?? document.object?["results"]?.array ?? []
    return Records(
      list.enumerated().compactMap { place, value in
        value.object.map { SourceRecord($0, origin: "\(body.origin)#\(place)") }
      }, document: document)
  }

  func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
    do { return try JSONValue(parsing: body.bytes) } catch {
      throw PipelineError(.sourceChanged, "\(body.address) is not JSON: \(error)")
    }
  }
}
