import AWS
import Time

/// The calls to Step Functions that following a run needs.
protocol Executions {
  func execution(_ arn: String) throws -> Execution
  /// Returns the run of the execution's Map, once it has started.
  func mapRun(of execution: String) throws -> String?
  func children(of mapRun: String) throws -> [ExecutionSummary]
  func history(of execution: String, newestFirst: Bool, limit: Int) throws -> [HistoryEvent]
}

/// Step Functions itself.
struct RemoteExecutions: Executions {
  /// More children than a run can have.
  static let maximumChildren = 1000

  let client: StepFunctionsClient
  /// The deadline of one call with its retries.
  private var deadline: Deadline { Deadline(after: timeout, on: SystemTime()) }
  private let timeout: Duration

  init(_ client: StepFunctionsClient, within timeout: Duration = .seconds(30)) {
    self.client = client
    self.timeout = timeout
  }

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
