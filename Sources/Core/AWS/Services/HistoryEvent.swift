import FoundationEssentials

/// An event in the history of an execution, with the details that this project uses.
public struct HistoryEvent: Decodable, Equatable, Sendable {
  public let id: Int
  public let timestamp: Date
  /// `TaskStateEntered`, `ExecutionFailed`, …
  public let type: String
  /// The state that was entered.
  public let enteredState: String?
  /// The input of that state, a JSON document.
  public let input: String?
  /// The state that was left.
  public let exitedState: String?
  /// The output of that state, a JSON document.
  public let output: String?

  private struct StateDetails: Decodable {
    let name: String
    let input: String?
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
    let entered = try container.decodeIfPresent(StateDetails.self, forKey: .stateEnteredEventDetails)
    enteredState = entered?.name
    input = entered?.input
    let exited = try container.decodeIfPresent(StateDetails.self, forKey: .stateExitedEventDetails)
    exitedState = exited?.name
    output = exited?.output
  }
}
