import ArgumentParser
import Contracts
import Expectations
import Foundation
import Time

struct QualityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quality", abstract: "Report how well a dataset's data meets its expectations.",
    discussion: """
      Applies each rule of the definition's section expect to the document of the last load, and to the stored rows of each \
      table that the definition declares: rules on values there, whose fields are columns. It changes nothing. Reads \
      PG_DATABASE_URL, and the document in the bucket, as the functions do.

      Exit status: 0 if every rule is met; 1 if one is not, if nothing was loaded, or if the stores cannot be read; 64 for \
      invalid arguments.
      """)

  @Argument(help: "The dataset's id.")
  var dataset: String

  @Option(help: "The work item whose last load is looked at; otherwise the last one of all.")
  var item: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try DatasetOption.named(dataset).resolve() }

  func run() throws {
    let settings = common.settings()
    let dataset = try DatasetOption.named(self.dataset).resolve()
    guard
      let definition = try settings.datasetsWithoutSecrets.check(dataset.id, allowsMissingVariables: true).definition,
      let rules = try DocumentExpectations(definition, history: { _, _, _, _, _ in [] })
    else {
      throw CommandError(
        "dataset \(dataset.id) has no expectations: its definition has no section expect\n"
          + NextStep("check \(NextStep.quoted(dataset.id))").line)
    }
    let report = try Stores(settings).quality(of: definition, item: item, rules)
    let next = [report.next(dataset)?.line].compactMap(\.self)
    try Output.lines(json ? [report.json()] : report.lines(for: .standardOutput()) + next, styled: !json)
    if !report.isMet { throw ExitCode.failure }
  }
}
