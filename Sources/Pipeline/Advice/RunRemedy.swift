import Contracts

/// The way to go on after items have failed with one error. The command line and the operators' page share it.
public enum RunRemedy: Equatable, Sendable {
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

  /// - Parameters:
  ///   - error: the error's name: one of the contract, or one of Lambda or Step Functions.
  ///   - message: its text for a person.
  public init(error: String, message: String) {
    // The sinks' messages about a shrunken listing name the option.
    if message.contains("--allow-shrink") {
      self = .allowShrinkage
      return
    }
    if error == PipelineError.Name.schemaMismatch.rawValue, Self.isOfDeclaredTable(message) {
      self = .readLogs
      return
    }
    // Lambda's and Step Functions' own errors have no name of the contract.
    self = PipelineError.Name(rawValue: error).map(RunRemedy.init) ?? .readLogs
  }

  /// One for each name of the contract.
  public init(_ name: PipelineError.Name) {
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

  /// True for a message of the sink `postgres` about a table that differs from its definition: it says what to do, and
  /// no migration changes it.
  private static func isOfDeclaredTable(_ message: String) -> Bool {
    ["the table ", "the schema ", "schema_contract"].contains { message.contains($0) }
  }

  /// Returns the arguments of `festvibes` for a run: of one command, or of several, each for when the one before it
  /// succeeds.
  /// - Parameters:
  ///   - run: the run's name.
  ///   - option: the option of its dataset, with a space before it; empty for the standard one.
  public func commands(for run: String, _ option: String) -> [String] {
    let name = ShellWord.quoted(run)
    let retry = "retry \(name)\(option)"
    return switch self {
    case .retry: [retry]
    case .checkAndRetry: ["doctor\(option)", retry]
    case .migrateAndRetry: ["migrate", retry]
    case .readLogs: ["logs --run \(name) --errors\(option)"]
    case .allowShrinkage: ["retry \(name) --allow-shrink\(option)"]
    case .awaitOther: ["status\(option)"]
    }
  }
}
