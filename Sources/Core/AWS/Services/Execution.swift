import FoundationEssentials

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

/// An execution, as a list shows it.
public struct ExecutionSummary: Decodable, Equatable, Sendable {
  public let executionArn: String
  public let name: String
  public let status: ExecutionStatus
  public let startDate: Date
  public let stopDate: Date?
}

/// An execution, as DescribeExecution tells of it.
public struct Execution: Decodable, Equatable, Sendable {
  public let executionArn: String
  public let name: String
  public let status: ExecutionStatus
  public let startDate: Date
  public let stopDate: Date?
  /// JSON documents.
  public let input: String?
  public let output: String?
  /// The error's name, and more about it, when it failed.
  public let error: String?
  public let cause: String?
}

/// A run of a distributed Map.
public struct MapRun: Decodable, Equatable, Sendable {
  public struct Counts: Decodable, Equatable, Sendable {
    public let total: Int
    public let pending: Int
    public let running: Int
    public let succeeded: Int
    public let failed: Int
    public let timedOut: Int
    public let aborted: Int
  }

  public let mapRunArn: String
  public let status: ExecutionStatus
  public let itemCounts: Counts
}

/// An event of an execution's history; of its many details those that somebody here reads.
public struct HistoryEvent: Decodable, Equatable, Sendable {
  public let id: Int
  public let timestamp: Date
  /// `TaskStateEntered`, `ExecutionFailed`, …
  public let type: String
  /// The state that was entered.
  public let enteredState: String?
  /// The state that was left, and its output, a JSON document.
  public let exitedState: String?
  public let output: String?

  private struct StateDetails: Decodable {
    let name: String
    let output: String?
  }

  private enum CodingKeys: String, CodingKey {
    case id, timestamp, type, stateEnteredEventDetails, stateExitedEventDetails
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(Int.self, forKey: .id)
    timestamp = try container.decode(Date.self, forKey: .timestamp)
    type = try container.decode(String.self, forKey: .type)
    enteredState = try container.decodeIfPresent(StateDetails.self, forKey: .stateEnteredEventDetails)?.name
    let exited = try container.decodeIfPresent(StateDetails.self, forKey: .stateExitedEventDetails)
    exitedState = exited?.name
    output = exited?.output
  }
}
