import FoundationEssentials
import HTTP
import Text
import Time

/// AWS Lambda.
public final class LambdaClient {
  /// What a function answered.
  public struct Invocation: Sendable {
    /// The function's answer, or the error document.
    public let payload: Data
    /// `Handled` or `Unhandled` when the function failed.
    public let functionError: String?
  }

  private let client: AWSClient

  public init(_ session: AWSSession) throws(AWSError) {
    client = try AWSClient(.lambda, session: session)
  }

  /// Invokes a function and waits for its answer. A call whose answer is lost is made again, so the function must bear to
  /// run twice.
  /// - Parameters:
  ///   - function: name or ARN.
  ///   - timeout: as long as the function may take: AWS allows 15 minutes.
  public func invoke(
    _ function: String, payload: Data, timeout: Duration = .seconds(905), deadline: Deadline
  ) throws(AWSError) -> Invocation {
    var request = AWSRequest(operation: "Invoke", resource: function)
    request.path = "/2015-03-31/functions/\(PercentEncoding.encode(function))/invocations"
    request.headers["Content-Type"] = "application/json"
    request.headers["X-Amz-Invocation-Type"] = "RequestResponse"
    request.body = payload
    request.timeout = timeout
    return try client.send(request, deadline: deadline) {
      Invocation(payload: $0.body, functionError: $0.headers["X-Amz-Function-Error"])
    }
  }
}
