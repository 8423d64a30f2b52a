import ArgumentParser
import Contracts
import Definitions
import Fetching
import Foundation
import JSON
import Processing
import Time

struct TryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try", abstract: "Try a dataset on one work item, and print its records.",
    discussion: """
      Reads the source, or the given files in its place, and prints what a run would load. It touches no store: no S3, \
      no database, no cache. `--stage extract` shows what was read, `--stage parse` what the parser makes of it. The \
      output is one JSON value: {"records": […], "rejected": […]}. Warnings say which of the dataset's expectations the \
      records do not meet. Exit status: 1 if the item fails.
      """)

  @Argument(help: "The dataset's id, or the path of its definition.")
  var dataset: String

  @Option(help: "A file in place of the source; several are its pages, in order.")
  var input: [String] = []

  @Option(help: "For files: the time at which they were read, such as 2024-05-31T20:00:00Z; otherwise the present.")
  var readAt: String?

  @Option(help: "The work item, such as a date; otherwise the first of a run.")
  var item: String?

  @Option(help: "The last stage: extract, parse or transform.")
  var stage = Trial.Stage.transform

  @Option(help: "The number of records after which nothing more is read.")
  var limit: Int?

  @OptionGroup var job: JobOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit): it must be at least 1") }
    guard let readAt else { return }
    guard !input.isEmpty else { throw ValidationError("--read-at is for files: give --input, too") }
    guard RFC3339.parse(readAt) != nil else {
      throw ValidationError("--read-at is '\(readAt)': it must be a time with an offset, such as 2024-05-31T20:00:00Z")
    }
  }

  func run() throws {
    let settings = common.settings()
    let definition = try definition(settings)
    var redactor: Redactor?
    do throws(PipelineError) {
      let time = SystemTime()
      let item = try TryPlugins.item(item, of: definition, job.request, readsFiles: !input.isEmpty, at: time.now)
      let deadline = Deadline(after: LiveTrial.timeout, on: time)
      if input.isEmpty {
        switch try TryPlugins.source(of: definition, settings) {
        case .extractor(let extractor):
          redactor = Redactor(extractor.policy)
          try show(records(extractor, item, deadline), of: definition, settings, redactor)
        case .reader(let reader):
          redactor = Redactor(reader.policy)
          let pages = try LiveTrial.pages(reader.policy, from: reader.pageSource, item: item) {
            Output.errorLine("Warning: \($0)")
          }
          let result = try trial(definition, reader).run(item, to: stage, via: pages, deadline: deadline)
          try show(result, of: definition, settings, redactor)
        }
      } else {
        // The files may repeat a secret. Where the source's settings are missing, there is none to hide.
        let policy = policy(of: definition, settings)
        redactor = policy.map { Redactor($0) }
        let files = InputFiles(
          input, policy: policy ?? Self.nowhere, readAt: readAt.flatMap { RFC3339.parse($0)?.date })
        let result = try trial(definition, files).run(item, to: stage, via: NoPages(), deadline: deadline)
        try show(result, of: definition, settings, redactor)
      }
    } catch {
      throw failure(error, redactor)
    }
  }

  /// Reads the definition; an error names the command that goes on.
  private func definition(_ settings: Settings) throws -> Definition {
    do {
      return try TryPlugins.definition(dataset, settings, allowsMissingVariables: !input.isEmpty)
    } catch let error as PipelineError where error.name == .invalidInput {
      throw CommandError("\(error)\n\(NextStep("datasets").line)")
    } catch let error as CommandError where error.description.contains(" has no value: ") {
      throw CommandError(
        "\(error)\nA variable is set in this shell (export NAME=…) or in the file .env; with --input none is needed.\n"
          + NextStep("check \(NextStep.quoted(dataset))").line)
    } catch let error as CommandError {
      throw CommandError("\(error)\n\(NextStep("check \(NextStep.quoted(dataset))").line)")
    }
  }

  private func trial(_ definition: Definition, _ reader: any BodyReader) throws(PipelineError) -> Trial {
    let (parser, transforms) = try TryPlugins.stages(of: definition)
    return Trial(dataset: definition.dataset, reader: reader, parser: parser, transforms: transforms, limit: limit)
  }

  /// Tries an extractor that yields records itself.
  private func records<Plugin: Extractor>(
    _ extractor: Plugin, _ item: WorkItem, _ deadline: Deadline
  ) throws(PipelineError) -> Trial.Result {
    guard stage == .transform else {
      throw PipelineError(
        .invalidInput, "--stage \(stage.rawValue) is for datasets with a parser: this extractor yields records itself")
    }
    let pages = try LiveTrial.pages(extractor.policy, from: extractor.pageSource, item: item) {
      Output.errorLine("Warning: \($0)")
    }
    let extract = try extractor.extract(item, via: pages, deadline: deadline)
    let kept = Array(extract.records.prefix(limit ?? .max))
    do {
      let encoded = try JSONValue(parsing: [UInt8](Plugin.Record.encode(kept))).array ?? []
      var result = Trial.Result(output: .records(encoded, rejected: extract.rejected), pages: extract.pagesRead)
      (result.records, result.rejected) = (kept.count, extract.rejected.count)
      result.readAt = extract.listedAt
      result.warnings = extract.warnings.map(\.description) + extract.failedPages.map { "\($0.url): \($0.error)" }
      return result
    } catch {
      throw PipelineError(.sourceChanged, "the records cannot be written as JSON: \(error)")
    }
  }

  private func policy(of definition: Definition, _ settings: Settings) -> FetchPolicy? {
    switch try? TryPlugins.source(of: definition, settings) {
    case .extractor(let extractor)?: extractor.policy
    case .reader(let reader)?: reader.policy
    case nil: nil
    }
  }

  /// The policy of a source that is not asked.
  static let nowhere: FetchPolicy = {
    guard let site = Site("http://127.0.0.1") else { preconditionFailure("an address that is none") }
    return FetchPolicy(site: site, userAgent: "festvibes-etl", requestsPerSecond: 1)
  }()

  private func show(
    _ result: Trial.Result, of definition: Definition, _ settings: Settings, _ redactor: Redactor?
  ) throws(PipelineError) {
    var result = result
    try result.check(definition, limit: limit)
    for warning in result.warnings { Output.errorLine("Warning: \(redactor?.text(warning) ?? warning)") }
    let text = result.output.text
    do { try Output.write((redactor?.text(text) ?? text) + "\n") } catch {
      throw PipelineError(.invalidInput, "\(error)")
    }
    for line in DefinitionCheck.leftOut(of: definition, in: settings.environment) {
      Output.errorLine("Note: \(line)")
    }
    let pages = result.pages == 1 ? "1 page" : "\(result.pages) pages"
    Output.errorLine("\(dataset): \(result.records) records and \(result.rejected) rejected, from \(pages)")
    if stage == .transform, result.records == 0, result.rejected > 0 {
      Output.errorLine(next("--stage parse"))
    }
  }

  /// The error with the command that goes on.
  private func failure(_ error: PipelineError, _ redactor: Redactor?) -> CommandError {
    let text = redactor?.text("\(error)") ?? "\(error)"
    switch error.name {
    case .sourceChanged where stage != .extract: return CommandError("\(text)\n\(next("--stage extract"))")
    case .configurationInvalid: return CommandError("\(text)\n\(NextStep("check \(NextStep.quoted(dataset))").line)")
    case .sourceUnavailable, .sourceThrottled, .deadlineExceeded: return CommandError("\(text)\n\(next(""))")
    default: return CommandError(text)
    }
  }

  /// The line with this command and other options.
  private func next(_ options: String) -> String {
    var words = ["try", NextStep.quoted(dataset)]
    for path in input { words += ["--input", NextStep.quoted(path)] }
    if let readAt { words += ["--read-at", NextStep.quoted(readAt)] }
    if let item { words += ["--item", NextStep.quoted(item)] }
    if let limit { words += ["--limit", "\(limit)"] }
    words += [JobOptions.words(job.request)].filter { !$0.isEmpty }.map { String($0.dropFirst()) }
    if !options.isEmpty { words.append(options) }
    return NextStep(words.joined(separator: " ")).line
  }
}

extension Trial.Stage: ExpressibleByArgument {}
