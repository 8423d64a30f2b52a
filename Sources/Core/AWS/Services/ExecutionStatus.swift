/// The status of an execution.
public enum ExecutionStatus: String, Decodable, Sendable {
  case running = "RUNNING"
  case succeeded = "SUCCEEDED"
  case failed = "FAILED"
  case timedOut = "TIMED_OUT"
  case aborted = "ABORTED"
  /// Not started yet; only for child executions of a Map.
  case pending = "PENDING"
  case pendingRedrive = "PENDING_REDRIVE"

  /// True if the execution has ended.
  public var isFinal: Bool {
    switch self {
    case .succeeded, .failed, .timedOut, .aborted: true
    case .running, .pending, .pendingRedrive: false
    }
  }
}
