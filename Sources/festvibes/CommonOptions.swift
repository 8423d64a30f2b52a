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
  @Option(name: .customLong("dataset"), help: "The dataset's id (default: \(Datasets.standardID)).")
  var given: String?

  var dataset: String { given ?? Datasets.standardID }

  /// The option with a value.
  static func named(_ id: String) -> DatasetOption {
    var option = DatasetOption()
    option.given = id
    return option
  }

  func validate() throws { _ = try resolve() }

  /// Returns the plan of the dataset's runs. Its variables need no values.
  /// - Throws: as `resolve`.
  func plan() throws -> ItemPlan {
    let datasets = Settings(quietly: true).datasetsWithoutSecrets
    let dataset = try resolve()
    guard let definition = try datasets.check(dataset.id, allowsMissingVariables: true).definition else {
      throw CommandError("the definition of \(dataset.id) has changed meanwhile: try again")
    }
    return try definition.itemPlan()
  }

  /// - Throws: `ValidationError` for an unknown id, `CommandError` for a definition that is wrong.
  func resolve() throws -> Dataset {
    do { return try Settings(quietly: true).datasetsWithoutSecrets.dataset(dataset) } catch {
      guard error.name == .invalidInput else { throw CommandError(error.message) }
      throw ValidationError("--\(error.message)")
    }
  }
}
