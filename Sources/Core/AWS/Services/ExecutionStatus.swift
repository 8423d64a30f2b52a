/// Where an execution stands.
public enum ExecutionStatus: String, Decodable, Sendable {
  case running = "RUNNING"
  case succeeded = "SUCCEEDED"
  case failed = "FAILED"
  case timedOut = "TIMED_OUT"
  case aborted = "ABORTED"
  /// Only a Map's child execution: not started yet.
  case pending = "PENDING"
  case pendingRedrive = "PENDING_REDRIVE"

  /// Whether nothing more will happen.
  public var isFinal: Bool {
    switch self {
    case .succeeded, .failed, .timedOut, .aborted: true
    case .running, .pending, .pendingRedrive: false
    }
  }
}
