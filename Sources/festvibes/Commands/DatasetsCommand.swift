import ArgumentParser
import Contracts
import Datasets
import Definitions
import Foundation

struct DatasetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets", abstract: "List the datasets: their ids, items and plugins.",
    discussion: """
      A dataset is a file: statemachine/datasets/ID/dataset.yaml, or the folder that DATASETS_DIR names. `festvibes check` \
      has the problems of one that cannot be read.
      """)

  @Flag(help: "Print a JSON list.")
  var json = false

  @Flag(help: "Print the JSON Schema of the definitions.")
  var schema = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    if schema { return try Output.lines([JSONText.pretty(DefinitionSchema(plugins: .all).object)]) }
    let catalog = common.settings().datasetsWithoutSecrets
    let list: DatasetList
    do { list = try DatasetList(catalog) } catch { throw CommandError(error.message) }
    if json { return try Output.lines([list.json]) }
    try Output.lines(list.lines(for: .standardOutput()), styled: true)
  }
}
