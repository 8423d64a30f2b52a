/// A failure of a stage, under one of the names on which the state machine's Retry and Catch rules match.
public struct PipelineError: Error, Equatable, CustomStringConvertible {
  /// The complete list of error names. The raw value is the name on the wire.
  public enum Name: String, CaseIterable, Sendable {
    case invalidInput = "InvalidInput"
    case configurationInvalid = "ConfigurationInvalid"
    /// The deployment has no database, and the dataset needs one. It alone says at a run's opening that nothing could be loaded:
    /// a database that refuses says `ConfigurationInvalid`, and may do so for a moment.
    case databaseMissing = "DatabaseMissing"
    case sourceUnavailable = "SourceUnavailable"
    case sourceThrottled = "SourceThrottled"
    /// Status 401 or 403, or a 404 that no rule explains.
    case sourceRefused = "SourceRefused"
    case sourceChanged = "SourceChanged"
    case storageUnavailable = "StorageUnavailable"
    case storageCorrupt = "StorageCorrupt"
    case databaseUnavailable = "DatabaseUnavailable"
    case databaseConflict = "DatabaseConflict"
    case schemaMismatch = "SchemaMismatch"
    case cacheUnavailable = "CacheUnavailable"
    case destinationUnavailable = "DestinationUnavailable"
    /// Another run of the dataset holds the lock, or the run has lost it. No failure of the pipeline: the run that holds
    /// the lock does the work.
    case runLocked = "RunLocked"
    case deadlineExceeded = "DeadlineExceeded"

    /// True if the state machine retries the stage.
    public var isRetryable: Bool {
      switch self {
      case .sourceUnavailable, .sourceThrottled, .storageUnavailable, .databaseUnavailable, .databaseConflict,
        .cacheUnavailable, .destinationUnavailable, .deadlineExceeded:
        true
      case .invalidInput, .configurationInvalid, .databaseMissing, .sourceRefused, .sourceChanged, .storageCorrupt,
        .schemaMismatch, .runLocked:
        false
      }
    }

    /// True if a person has to change a setting.
    public var isOfSettings: Bool { self == .configurationInvalid || self == .databaseMissing }
  }

  public let name: Name
  /// The message for a person: what happened, to what, what to do next. Safe to log.
  public let message: String

  public init(_ name: Name, _ message: String) {
    self.name = name
    self.message = message
  }

  public var description: String { "\(name.rawValue): \(message)" }
}
