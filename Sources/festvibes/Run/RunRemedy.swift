import Contracts

/// The way to go on after items have failed with one error.
enum RunRemedy: Equatable {
  /// The cause passes by itself.
  case retry
  /// A setting or a store has to be looked at first.
  case checkAndRetry
  /// The database needs its migrations.
  case migrateAndRetry
  /// A program, the source or a declared table has to be understood first: the log has the message in full.
  case readLogs
  /// The listings have lost most of their events: a person decides that they are right.
  case allowShrinkage
  /// Another run has to end first.
  case awaitOther

  init(_ failure: RunFailure) {
    // The sinks' messages about a shrunken listing name the option.
    if failure.message.contains("--allow-shrink") {
      self = .allowShrinkage
      return
    }
    if failure.name == PipelineError.Name.schemaMismatch.rawValue, Self.isOfDeclaredTable(failure.message) {
      self = .readLogs
      return
    }
    // Lambda's and Step Functions' own errors have no name of the contract.
    self = PipelineError.Name(rawValue: failure.name).map(RunRemedy.init) ?? .readLogs
  }

  /// One for each name of the contract.
  init(_ name: PipelineError.Name) {
    self =
      switch name {
      case .sourceUnavailable, .sourceThrottled, .databaseConflict, .deadlineExceeded: .retry
      case .configurationInvalid, .databaseMissing, .storageUnavailable, .databaseUnavailable, .cacheUnavailable,
        .destinationUnavailable:
        .checkAndRetry
      case .schemaMismatch: .migrateAndRetry
      case .invalidInput, .sourceRefused, .sourceChanged, .storageCorrupt: .readLogs
      case .runLocked: .awaitOther
      }
  }

  /// True for a message of the sink `postgres` about a table that differs from its definition: it says what to do, and no
  /// migration changes it.
  private static func isOfDeclaredTable(_ message: String) -> Bool {
    ["the table ", "the schema ", "schema_contract"].contains { message.contains($0) }
  }

  /// Returns the step for a run.
  /// - Parameters:
  ///   - run: the run's name.
  ///   - option: the option of its dataset, as `Dataset.option` has it.
  func step(for run: String, _ option: String) -> NextStep {
    let name = NextStep.quoted(run)
    let retry = NextStep("retry \(name)\(option)")
    return switch self {
    case .retry: retry
    case .checkAndRetry: NextStep("doctor\(option)").then(retry)
    case .migrateAndRetry: NextStep("migrate").then(retry)
    case .readLogs: NextStep("logs --run \(name) --errors")
    case .allowShrinkage: NextStep("retry \(name) --allow-shrink\(option)")
    case .awaitOther: NextStep("status\(option)")
    }
  }
}
