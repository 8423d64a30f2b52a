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

/// The options of the commands that run a job, or read an object of S3 that the definition does not name.
struct JobOptions: ParsableArguments {
  @Option(help: "A job type: a profile of the dataset's plan.")
  var job: String?

  @Option(help: "The bucket of the object that is read, where the definition has {bucket}.")
  var bucket: String?

  @Option(help: "The key of the object that is read, where the definition has {key}.")
  var key: String?

  var request: PlanRequest { PlanRequest(jobType: job, bucket: bucket, key: key) }

  /// - Throws: `ValidationError` for an object without a dataset: it never means the standard one.
  func validate(for dataset: DatasetOption) throws {
    guard dataset.given == nil, bucket != nil || key != nil else { return }
    throw ValidationError("--bucket and --key are the object of one dataset: give --dataset beside them")
  }

  /// The options in a command that goes on.
  static func words(_ request: PlanRequest) -> String {
    [("job", request.jobType), ("bucket", request.bucket), ("key", request.key)].map { name, value in
      value.map { " --\(name) \(NextStep.quoted($0))" } ?? ""
    }.joined()
  }
}

/// The option of the commands that work on one dataset.
struct DatasetOption: ParsableArguments {
  @Option(name: .customLong("dataset"), help: "The dataset's id (default: \(Datasets.standardID)).")
  var given: String?

  /// The dataset's id.
  var dataset: String { given ?? Datasets.standardID }

  /// The option with a value.
  static func named(_ id: String) -> DatasetOption {
    var option = DatasetOption()
    option.given = id
    return option
  }

  /// A folder without the standard dataset is no error yet: this process may be about another one.
  func validate() throws {
    do { _ = try resolve() } catch let error as ValidationError {
      guard given == nil else { throw error }
    }
  }

  /// Returns the plan of the dataset's runs. Its variables need no values.
  /// - Parameter job: the job type; nil for the plan itself.
  /// - Throws: as `resolve`; `CommandError` for an unknown job type.
  func plan(job: String? = nil) throws -> ItemPlan {
    let definition = try definition()
    do { return try definition.itemPlan(job: job) } catch { throw CommandError(error.message) }
  }

  /// True if runs of the dataset may have other items than its plan: those of a job, or an object of S3.
  func hasJobs() throws -> Bool {
    let definition = try definition()
    return !definition.jobTypes.isEmpty || !definition.objectNames.isEmpty
  }

  private func definition() throws -> Definition {
    let datasets = Settings(quietly: true).datasetsWithoutSecrets
    let dataset = try resolve()
    guard let definition = try datasets.check(dataset.id, allowsMissingVariables: true).definition else {
      throw CommandError("the definition of \(dataset.id) has changed meanwhile: try again")
    }
    return definition
  }

  /// - Throws: `ValidationError` for an unknown id, `CommandError` for a definition that is wrong.
  func resolve() throws -> Dataset {
    do { return try Settings(quietly: true).datasetsWithoutSecrets.dataset(dataset) } catch {
      guard error.name == .invalidInput else {
        throw CommandError(Fault(message: error.message, next: NextStep("check \(NextStep.quoted(dataset))")))
      }
      throw ValidationError("--\(error.message)")
    }
  }
}
