import ArgumentParser
import Contracts
import Datasets
import Definitions
import Foundation

struct DatasetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets", abstract: "List the datasets: their last runs, their next ones, their items and plugins.",
    discussion: """
      A dataset is a file: statemachine/datasets/ID/dataset.yaml, or the folder that DATASETS_DIR names. `festvibes check` \
      has the problems of one that cannot be read.

      The last run, its outcome and the age of the last load are from the ledger in PG_DATABASE_URL; without it they are left \
      out, and the list says so. The next run is from the schedules of the definition. A dataset is overdue if one of its \
      schedules had a time more than 4 hours ago, and no run has begun since. On the local stack that needs \
      ENABLE_SCHEDULER=true, as no schedule starts a run without it.
      """)

  @Flag(help: "Print a JSON list.")
  var json = false

  @Flag(help: "Print the JSON Schema of the definitions.")
  var schema = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    if schema { return try Output.lines([JSONText.pretty(DefinitionSchema(plugins: .all).object)]) }
    let settings = common.settings()
    // The list says what is overdue, by this setting.
    _ = try settings.enablesScheduler()
    let list: DatasetList
    do { list = try DatasetList(settings, now: Date()) } catch { throw CommandError(error.message) }
    if json {
      if let note = list.note { Output.errorLine("Note: \(note)") }
      return try Output.lines([list.json])
    }
    try Output.lines(list.lines(for: .standardOutput()), styled: true)
  }
}
