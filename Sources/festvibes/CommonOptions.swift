import ArgumentParser
import Contracts
import Datasets
import Definitions

/// The options that every command has.
struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: "Log what the command does, to the standard error (LOG_LEVEL sets the level).")
  var verbose = false

  /// The environment, with `.env` and the log.
  func settings() -> Settings { Settings(isVerbose: verbose) }
}

/// The option of the commands that work on one dataset.
struct DatasetOption: ParsableArguments {
  @Option(help: "The dataset's id.")
  var dataset = Datasets.standard.id

  /// The option with a value.
  static func named(_ id: String) -> DatasetOption {
    var option = DatasetOption()
    option.dataset = id
    return option
  }

  func validate() throws { _ = try resolve() }

  /// Returns the plan of the dataset's runs. Its variables need no values.
  func plan() throws -> ItemPlan { .dates }

  /// - Throws: `ValidationError` for an unknown id.
  func resolve() throws -> Dataset {
    do { return try Datasets.dataset(dataset) } catch { throw ValidationError("--\(error.message)") }
  }
}
