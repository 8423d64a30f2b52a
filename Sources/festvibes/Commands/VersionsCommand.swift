import ArgumentParser
import Contracts
import Time

struct VersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions", abstract: "List the versions of a dataset of time series.",
    discussion: """
      Shows each version that leads to the current one, the newest first: its points and series, how many points are new, \
      revised and gone against the version before, and if it is in the projection, which applications read.

      Reads the bucket that the definition names, with credentials as for the AWS CLI.

      Exit status: 1 if there is no version yet; 64 for invalid arguments.
      """)

  @Argument(help: "The dataset's id.")
  var dataset: String

  @Option(help: "The number of versions, 1 to 10000.")
  var limit = 20

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    _ = try DatasetOption.named(dataset).resolve()
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000") }
  }

  func run() throws {
    let store = try Stores(common.settings()).requiredVersions(of: dataset)
    let report = try VersionsReport(store, limit: limit, Deadline(after: .seconds(300), on: SystemTime()))
    try Output.lines(json ? [report.json()] : report.lines(for: .standardOutput(), zone: .current), styled: !json)
  }
}
