import LambdaRuntime

/// A failure of a stage, under one of the names that the state machine knows.
public struct PipelineError: NamedError, Equatable, CustomStringConvertible {
  /// The complete list. The raw value is the name on the wire.
  public enum Name: String, CaseIterable, Sendable {
    case invalidInput = "InvalidInput"
    case configurationInvalid = "ConfigurationInvalid"
    case sourceUnavailable = "SourceUnavailable"
    case sourceThrottled = "SourceThrottled"
    case sourceChanged = "SourceChanged"
    case storageUnavailable = "StorageUnavailable"
    case storageCorrupt = "StorageCorrupt"
    case databaseUnavailable = "DatabaseUnavailable"
    case databaseConflict = "DatabaseConflict"
    case schemaMismatch = "SchemaMismatch"
    case cacheUnavailable = "CacheUnavailable"
    case deadlineExceeded = "DeadlineExceeded"

    /// Whether the state machine tries the stage again.
    public var isRetryable: Bool {
      switch self {
      case .sourceUnavailable, .sourceThrottled, .storageUnavailable, .databaseUnavailable, .databaseConflict,
        .cacheUnavailable, .deadlineExceeded:
        true
      case .invalidInput, .configurationInvalid, .sourceChanged, .storageCorrupt, .schemaMismatch: false
      }
    }
  }

  public let name: Name
  /// What happened, to what, what to do: for a person, safe to log.
  public let message: String

  public init(_ name: Name, _ message: String) {
    self.name = name
    self.message = message
  }

  public var errorType: String { name.rawValue }
  public var errorMessage: String { message }
  public var description: String { "\(name.rawValue): \(message)" }
}
