import Contracts
import Time
import YAML

/// The plugins of each stage that a program knows. A stage that it does not use is `nil`: the section is not looked at.
public struct KnownPlugins: Sendable {
  public var extract: [PluginForm]?
  public var parse: [PluginForm]?
  public var normalize: SectionForm?
  public var transform: [PluginForm]?
  public var load: [PluginForm]?
  public var publish: [PluginForm]?
  /// The publishers that come with a sink.
  public var sinkPublishers: [SinkPublisher]
  /// The kinds of rules of the section `expect`, which its key `check` names.
  public var expect: [PluginForm]?
  /// True if the section `state` is read.
  public var readsState: Bool
  public var lock: SectionForm?
  /// True if the section `trigger` is read.
  public var readsTriggers: Bool

  public init(
    extract: [PluginForm]? = nil, parse: [PluginForm]? = nil, normalize: SectionForm? = nil,
    transform: [PluginForm]? = nil, load: [PluginForm]? = nil, publish: [PluginForm]? = nil,
    sinkPublishers: [SinkPublisher] = [], expect: [PluginForm]? = nil, readsState: Bool = false,
    lock: SectionForm? = nil, readsTriggers: Bool = false
  ) {
    self.extract = extract
    self.parse = parse
    self.normalize = normalize
    self.transform = transform
    self.load = load
    self.publish = publish
    self.sinkPublishers = sinkPublishers
    self.expect = expect
    self.readsState = readsState
    self.lock = lock
    self.readsTriggers = readsTriggers
  }

  /// Returns true if a dataset has a sink of time series; nil in a program that knows no sinks.
  func hasSeries(_ top: Section) -> Bool? {
    guard let forms = load ?? (sinkPublishers.isEmpty ? nil : sinkPublishers.map(\.sink)) else { return nil }
    let names = forms.filter(\.hasSeries).map(\.name)
    return top.sections("load").contains { names.contains($0.plugin ?? "") }
  }

  /// The sinks of time series, for messages.
  var seriesSinks: String { (load ?? []).filter(\.hasSeries).map(\.name).joined(separator: ", ") }
}

extension Definition {
  /// Reads a definition.
  /// - Parameters:
  ///   - text: the file's bytes.
  ///   - file: its path, for messages.
  ///   - id: the id that the file must have, which is the name of its folder; nil for any.
  ///   - plugins: the plugins whose sections are read and checked.
  ///   - allowsMissingVariables: true to look at a definition whose variables have no values.
  ///   - variable: returns the value of `${NAME}`; nil if it has none. The message of an error that it throws becomes a
  ///     problem; it must not show a value.
  /// - Returns: the definition, nil if it has a problem that is no warning; and all problems in the order of the file.
  public static func read(
    _ text: [UInt8], file: String, id: String? = nil, plugins: KnownPlugins, allowsMissingVariables: Bool = false,
    variable: @escaping (_ name: String, _ isSecret: Bool) throws(PipelineError) -> String?
  ) -> (definition: Definition?, problems: [DefinitionProblem]) {
    let (written, flaws) = YAMLNode.read(text)
    let node = written?.withoutFormerKeys
    var checker = FormChecker(file: file, allowsMissingVariables: allowsMissingVariables, variable: variable)
    checker.writtenName = { key in written?.writtenName(of: key) ?? key }
    for flaw in flaws { checker.report(flaw.place, flaw.path, flaw.problem) }
    guard let node else {
      if flaws.isEmpty { checker.report(YAMLPlace(line: 1, column: 1), "", "the file is empty") }
      return (nil, checker.problems)
    }
    let top = checker.section(node, .definition(plugins), at: "")
    checker.checkSecrets()
    if let id { checker.checkID(of: node, is: id) }
    let problems = checker.problems.sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
    guard let top, !problems.contains(where: { !$0.isWarning }) else { return (nil, problems) }
    let isIncremental = node.has("extract", "incremental")
    let hasSeries = plugins.hasSeries(top) ?? false
    return (
      Definition(
        top, isIncremental: isIncremental, notesWatermarks: hasSeries && node.has("state"),
        needsLedger: isIncremental || node.has("lock"),
        extractor: node.text("extract", "plugin"), objectNames: node.objectNames, file: file,
        variables: checker.variables, places: checker.places, sinkPublishers: plugins.sinkPublishers),
      problems
    )
  }

  private init(
    _ top: Section, isIncremental: Bool, notesWatermarks: Bool, needsLedger: Bool, extractor: String?,
    objectNames: [String], file: String, variables: [DefinitionVariable], places: [String: YAMLPlace],
    sinkPublishers: [SinkPublisher]
  ) {
    self.objectNames = objectNames
    self.isIncremental = isIncremental
    self.file = file
    self.needsLedger = needsLedger
    self.variables = variables
    self.places = places
    description = top.text("description") ?? ""
    plan = top.section("plan") ?? Section(values: [("kind", .scalar("single"))], place: file)
    schedule = top.section("schedule")
    triggers = DatasetTrigger.all(of: top)
    extract = top.section("extract") ?? Section()
    parse = top.section("parse")
    normalize = top.section("normalize")
    transforms = top.sections("transform")
    sinks = top.sections("load")
    publishers =
      top.sections("publish")
      + sinks.flatMap { sink in sinkPublishers.filter { $0.sink.name == sink.plugin }.map { $0.section(of: sink) } }
    expectations = top.sections("expect")
    lock = top.section("lock")
    windowInDays = top.integer("windowInDays")
    let state = StateSettings(
      top.section("state"), hasOneItem: plan.text("kind") == "single" && objectNames.isEmpty, sourceType: extractor)
    var dataset = Dataset(
      id: top.text("dataset_id") ?? "", source: top.text("source"), dataType: top.text("data_type") ?? "",
      timeZone: top.text("timezone") ?? "UTC", extractor: extract.plugin ?? "", sinks: sinks.compactMap(\.plugin),
      publishers: publishers.compactMap(\.plugin), hasDates: plan.text("kind") == "dates",
      state: isIncremental ? state : nil)
    dataset.watermarks = notesWatermarks ? state : nil
    self.dataset = dataset
  }
}

extension YAMLNode {
  /// The names `{bucket}` and `{key}` that the texts of `extract` have.
  fileprivate var objectNames: [String] {
    guard let extract = value(["extract"]) else { return [] }
    return ObjectReference.parameterNames.filter { extract.hasName($0) }
  }

  private func hasName(_ name: String) -> Bool {
    switch content {
    case .scalar(let text, _): text.contains("{\(name)}") && !text.contains("{{\(name)}}")
    case .sequence(let nodes): nodes.contains { $0.hasName(name) }
    case .mapping(let members): members.contains { $0.value.hasName(name) }
    }
  }
}
