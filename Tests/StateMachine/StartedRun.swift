import Foundation
import TestSupport
import Time

@testable import AWS

/// A call of Step Functions' StartExecution.
struct StartedRun: Decodable, Sendable {
  /// The replies to such calls.
  struct Replies: Sendable {
    let reply: @Sendable (StartedRun) -> ScriptedServer.Reply
  }

  let name: String
  let input: String
  let stateMachineArn: String

  func object() throws -> [String: Any] { try jsonObject(input) }

  /// Starts the execution in the interpreter, as a call without a test between them does.
  func forward(to interpreter: [String: String]) -> ScriptedServer.Reply {
    do {
      let steps = try StepFunctionsClient(AWSSession(environment: interpreter))
      let arn = try steps.startExecution(
        of: stateMachineArn, name: name, input: input, deadline: Deadline(after: .seconds(30), on: SystemTime()))
      return .http(200, [], #"{"executionArn":"\#(arn)","startDate":1717142400}"#)
    } catch {
      return Self.refusal(error.code ?? "InternalError")
    }
  }

  /// The reply of Step Functions that refuses a call.
  static func refusal(_ code: String) -> ScriptedServer.Reply {
    let headers = [("x-amzn-ErrorType", code), ("x-amzn-RequestId", "1")]
    return .http(400, headers, #"{"__type":"\#(code)","message":"it is refused"}"#)
  }
}
