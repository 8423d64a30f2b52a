import ArgumentParser
import Contracts
import Time

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show the points in which two versions of a dataset of time series differ.",
    discussion: """
      Shows the points that the second version has and the first one lacks, those that were revised, with both values, and \
      those that are gone. `versions` lists the versions.

      Reads the bucket that the definition names, with credentials as for the AWS CLI.

      Exit status: 0, also if the versions differ; 1 if there is no such version; 64 for invalid arguments.
      """)

  @Argument(help: "The dataset's id.")
  var dataset: String

  @Argument(help: "The earlier version, as v20261128_030000_000000.")
  var before: String

  @Argument(help: "The later version.")
  var after: String

  @Option(help: "The code of a series; all of them without it.")
  var series: String?

  @Option(help: "The number of points that the table shows.")
  var limit = 100

  @Flag(help: "Print one JSON object, with all points.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    _ = try DatasetOption.named(dataset).resolve()
    guard limit > 0 else { throw ValidationError("--limit is 1 or more") }
  }

  func run() throws {
    let store = try Stores(common.settings()).requiredVersions(of: dataset)
    let report = try DifferenceReport(
      store, (before, after), of: series, Deadline(after: .seconds(300), on: SystemTime()))
    try Output.lines(
      json ? [report.json()] : report.lines(for: .standardOutput(), limit: limit), styled: !json)
  }
}
