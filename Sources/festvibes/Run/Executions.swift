import AWS
import Time

/// What following a run asks of Step Functions.
protocol Executions {
  func execution(_ arn: String) throws -> Execution
  /// The run of the execution's Map, once it has begun.
  func mapRun(of execution: String) throws -> String?
  func children(of mapRun: String) throws -> [ExecutionSummary]
  func history(of execution: String, newestFirst: Bool, limit: Int) throws -> [HistoryEvent]
}

/// Step Functions itself.
struct RemoteExecutions: Executions {
  /// More than a run can have.
  static let maximumChildren = 1000

  let client: StepFunctionsClient
  /// For each call, its retries included.
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  init(_ client: StepFunctionsClient) { self.client = client }

  func execution(_ arn: String) throws -> Execution { try client.describeExecution(arn, deadline: deadline) }

  func mapRun(of execution: String) throws -> String? {
    try client.listMapRuns(of: execution, deadline: deadline).first
  }

  func children(of mapRun: String) throws -> [ExecutionSummary] {
    try client.listExecutions(of: .mapRun(mapRun), limit: Self.maximumChildren, deadline: deadline)
  }

  func history(of execution: String, newestFirst: Bool, limit: Int) throws -> [HistoryEvent] {
    try client.history(of: execution, newestFirst: newestFirst, limit: limit, deadline: deadline)
  }
}
