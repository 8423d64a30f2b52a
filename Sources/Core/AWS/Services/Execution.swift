import FoundationEssentials

/// An execution in a list.
public struct ExecutionSummary: Decodable, Equatable, Sendable {
  public let executionArn: String
  public let name: String
  public let status: ExecutionStatus
  public let startDate: Date
  public let stopDate: Date?
}

/// The details of an execution, from DescribeExecution.
public struct Execution: Decodable, Equatable, Sendable {
  public let executionArn: String
  public let name: String
  public let status: ExecutionStatus
  public let startDate: Date
  public let stopDate: Date?
  /// A JSON document.
  public let input: String?
  /// A JSON document.
  public let output: String?
  /// The name of the error, if it failed.
  public let error: String?
  /// The details of the error, if it failed.
  public let cause: String?
}
