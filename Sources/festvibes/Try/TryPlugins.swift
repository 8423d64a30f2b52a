import Contracts
import Datasets
import Definitions
import Extraction
import Fetching
import Foundation
import Processing
import Time

/// The definitions and plugins that `try` uses.
enum TryPlugins {
  typealias Source = ExtractionRegistry.Source

  /// - Parameter name: an id, or the path of a file.
  static func definition(_ name: String, _ settings: Settings, allowsMissingVariables: Bool) throws -> Definition {
    let isFile = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    let catalog = settings.datasets
    let (definition, problems): (Definition?, [DefinitionProblem])
    if isFile {
      guard let text = try DatasetFolder.read(name) else {
        throw PipelineError(
          .invalidInput, "there is no file \(name): give a dataset's id, or the path of its definition")
      }
      (definition, problems) = try catalog.check(text, of: name, allowsMissingVariables: allowsMissingVariables)
    } else {
      (definition, problems) = try catalog.check(name, allowsMissingVariables: allowsMissingVariables)
    }
    guard let definition else { throw CommandError(problems.map(\.description).joined(separator: "\n")) }
    return definition
  }

  static func stages(
    of definition: Definition
  ) throws(PipelineError) -> (parser: any Parser, transforms: [any Transform]) {
    try ExtractionRegistry.stages(of: definition)
  }

  static func source(of definition: Definition, _ settings: Settings) throws(PipelineError) -> Source {
    var configuration = settings.configuration()
    let source = try ExtractionRegistry.source(of: definition, &configuration)
    try configuration.validate()
    return source
  }

  /// Returns the work item of a run: the one with an id, else the first.
  /// - Parameters:
  ///   - job: a request with the job type and the object of the run.
  ///   - readsFiles: true if files stand for the source: then no object need be named.
  /// - Throws: `InvalidInput` for an item that the plan does not have.
  static func item(
    _ id: String?, of definition: Definition, _ job: PlanRequest = PlanRequest(), readsFiles: Bool = false, at now: Date
  ) throws(PipelineError) -> WorkItem {
    var request = job
    if readsFiles, !definition.objectNames.isEmpty, request.bucket == nil, request.key == nil {
      (request.bucket, request.key) = ("bucket", "key")
    }
    request.daysAhead = id == nil && definition.dataset.hasDates ? 0 : nil
    request.items = id.map { [$0] }
    let response = try definition.itemPlan(job: job.jobType).response(to: request, of: definition.dataset.id) {
      () throws(PipelineError) in try definition.dataset.timeZoneRules().localDate(at: now)
    }
    return response.items[0]
  }
}
