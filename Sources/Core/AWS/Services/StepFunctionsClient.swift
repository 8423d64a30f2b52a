import FoundationEssentials
import Time

/// A client of AWS Step Functions. It starts executions and follows them and the runs of their distributed Maps.
public final class StepFunctionsClient {
  /// The owner of listed executions.
  public enum Owner: Equatable, Sendable {
    case stateMachine(String)
    case mapRun(String)
  }

  private let client: AWSClient

  public init(_ session: AWSSession) throws(AWSError) {
    client = try AWSClient(.stepFunctions, session: session)
  }

  /// Starts an execution.
  /// - Parameters:
  ///   - name: the name of the execution. It makes the call idempotent: a retry after a lost response starts no second one.
  ///   - input: a JSON document.
  /// - Returns: the execution's ARN.
  public func startExecution(
    of stateMachine: String, name: String, input: String, deadline: Deadline
  ) throws(AWSError) -> String {
    struct Input: Encodable {
      let stateMachineArn, name, input: String
    }
    struct Output: Decodable {
      let executionArn: String
    }
    let output: Output = try call(
      "StartExecution", Input(stateMachineArn: stateMachine, name: name, input: input), of: stateMachine, deadline)
    return output.executionArn
  }

  /// Returns the status of a state machine: `ACTIVE`, or `DELETING`.
  /// - Throws: `notFound` if there is no such machine.
  public func status(ofStateMachine arn: String, deadline: Deadline) throws(AWSError) -> String {
    struct Output: Decodable {
      let status: String?
    }
    let output: Output = try call("DescribeStateMachine", ["stateMachineArn": arn], of: arn, deadline)
    return output.status ?? "ACTIVE"
  }

  /// Returns the details of an execution, including input and output.
  public func describeExecution(_ arn: String, deadline: Deadline) throws(AWSError) -> Execution {
    try call("DescribeExecution", ["executionArn": arn], of: arn, deadline)
  }

  /// Stops an execution and the executions of its distributed Maps. An execution that has ended stays as it is.
  /// - Parameter cause: the reason, for a person.
  public func stopExecution(_ arn: String, cause: String, deadline: Deadline) throws(AWSError) {
    struct Output: Decodable {
      let stopDate: Date?
    }
    let _: Output = try call("StopExecution", ["executionArn": arn, "cause": cause], of: arn, deadline)
  }

  /// Lists the executions of a state machine or of a Map run, newest first, up to `limit`, over as many pages as needed.
  /// - Parameter status: lists only executions of this status; nil for all.
  public func listExecutions(
    of owner: Owner, status: ExecutionStatus? = nil, limit: Int, deadline: Deadline
  ) throws(AWSError) -> [ExecutionSummary] {
    struct Input: Encodable {
      var stateMachineArn: String?
      var mapRunArn: String?
      let statusFilter: String?
      let maxResults: Int
      let nextToken: String?
    }
    struct Output: Decodable {
      let executions: [ExecutionSummary]
      let nextToken: String?
    }
    return try pages(limit: limit) { (count, token) throws(AWSError) in
      var input = Input(statusFilter: status?.rawValue, maxResults: count, nextToken: token)
      let resource: String
      switch owner {
      case .stateMachine(let arn): (input.stateMachineArn, resource) = (arn, arn)
      case .mapRun(let arn): (input.mapRunArn, resource) = (arn, arn)
      }
      let output: Output = try self.call("ListExecutions", input, of: resource, deadline)
      return (output.executions, output.nextToken)
    }
  }

  /// Lists the ARNs of the runs of an execution's distributed Maps.
  public func listMapRuns(of execution: String, deadline: Deadline) throws(AWSError) -> [String] {
    struct Input: Encodable {
      let executionArn: String
      let nextToken: String?
    }
    struct Output: Decodable {
      struct Run: Decodable {
        let mapRunArn: String
      }
      let mapRuns: [Run]
      let nextToken: String?
    }
    return try pages(limit: .max) { (_, token) throws(AWSError) in
      let output: Output = try self.call(
        "ListMapRuns", Input(executionArn: execution, nextToken: token), of: execution, deadline)
      return (output.mapRuns.map(\.mapRunArn), output.nextToken)
    }
  }

  /// Returns the status and the item counts of a Map run.
  public func describeMapRun(_ arn: String, deadline: Deadline) throws(AWSError) -> MapRun {
    try call("DescribeMapRun", ["mapRunArn": arn], of: arn, deadline)
  }

  /// Lists the events of an execution, up to `limit`.
  /// - Parameter newestFirst: true for the reverse order.
  public func history(
    of execution: String, newestFirst: Bool = false, limit: Int, deadline: Deadline
  ) throws(AWSError) -> [HistoryEvent] {
    struct Input: Encodable {
      let executionArn: String
      let reverseOrder: Bool
      let maxResults: Int
      let nextToken: String?
    }
    struct Output: Decodable {
      let events: [HistoryEvent]
      let nextToken: String?
    }
    return try pages(limit: limit) { (count, token) throws(AWSError) in
      let input = Input(executionArn: execution, reverseOrder: newestFirst, maxResults: count, nextToken: token)
      let output: Output = try self.call("GetExecutionHistory", input, of: execution, deadline)
      return (output.events, output.nextToken)
    }
  }

  private func call<Output: Decodable>(
    _ operation: String, _ input: some Encodable, of resource: String, _ deadline: Deadline
  ) throws(AWSError) -> Output {
    try client.call(
      operation, target: "AWSStepFunctions", version: "1.0", input, of: resource, deadline: deadline)
  }

  /// Collects pages of at most 1000 elements, the limit of AWS.
  private func pages<Element>(
    limit: Int, _ page: (_ count: Int, _ token: String?) throws(AWSError) -> ([Element], next: String?)
  ) throws(AWSError) -> [Element] {
    var all: [Element] = []
    var token: String?
    repeat {
      let (elements, next) = try page(min(1000, limit - all.count), token)
      all += elements.prefix(limit - all.count)
      token = next
    } while token != nil && all.count < limit
    return all
  }
}
