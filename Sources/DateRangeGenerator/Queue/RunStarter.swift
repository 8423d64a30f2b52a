import AWS
import Contracts
import Time

/// Starts executions of the state machine. Its client is made at the first start: a function that only plans has none.
public final class RunStarter {
  private let stateMachine: String?
  private let makeClient: () throws(AWSError) -> StepFunctionsClient
  private var client: StepFunctionsClient?

  /// - Parameters:
  ///   - stateMachine: the state machine's ARN, from STATE_MACHINE_ARN; nil if there is none.
  ///   - client: makes the client.
  public init(stateMachine: String?, client: @escaping () throws(AWSError) -> StepFunctionsClient) {
    self.stateMachine = stateMachine.flatMap { $0.isEmpty ? nil : $0 }
    makeClient = client
  }

  /// Starts an execution.
  /// - Parameter name: its name. The execution of an earlier call with this name is the same run, even if it has ended.
  /// - Returns: false if an earlier call has started it and it has ended.
  /// - Throws: `ConfigurationInvalid` without a state machine or the right to start it, `DestinationUnavailable` if the same
  ///   call may succeed later, `InvalidInput` for an input that Step Functions refuses.
  public func start(_ name: String, input: String, deadline: Deadline) throws(PipelineError) -> Bool {
    guard let stateMachine else {
      throw PipelineError(
        .configurationInvalid,
        "STATE_MACHINE_ARN is not set: a message cannot start a run without the state machine's ARN")
    }
    do throws(AWSError) {
      _ = try knownClient().startExecution(of: stateMachine, name: name, input: input, deadline: deadline)
      return true
    } catch {
      if error.code == "ExecutionAlreadyExists" { return false }
      throw PipelineError(Self.name(of: error), "\(error)")
    }
  }

  private func knownClient() throws(AWSError) -> StepFunctionsClient {
    if let client { return client }
    let client = try makeClient()
    self.client = client
    return client
  }

  private static func name(of error: AWSError) -> PipelineError.Name {
    // A quota of open executions: others end.
    if error.isTransient || error.kind == .timedOut || error.code == "ExecutionLimitExceeded" {
      return .destinationUnavailable
    }
    return switch error.kind {
    case .invalidRequest, .rejected: .invalidInput
    default: .configurationInvalid
    }
  }
}
