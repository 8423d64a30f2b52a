import ArgumentParser
import Contracts
import Datasets

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
  var dataset = Datasets.standardID

  func validate() throws { _ = try resolve() }

  /// - Throws: `ValidationError` for an unknown id, `CommandError` for a definition that is wrong.
  func resolve() throws -> Dataset {
    do { return try Settings(quietly: true).datasets.dataset(dataset) } catch {
      guard error.name == .invalidInput else { throw CommandError(error.message) }
      throw ValidationError("--\(error.message)")
    }
  }
}
