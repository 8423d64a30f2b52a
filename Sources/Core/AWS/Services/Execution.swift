import FoundationEssentials

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
