import FoundationEssentials
import HTTP
import Text
import Time

/// A client of AWS Lambda.
public final class LambdaClient {
  /// The outcome of an invocation.
  public struct Invocation: Sendable {
    /// The response of the function, or its error document.
    public let payload: Data
    /// `Handled` or `Unhandled` if the function failed; nil otherwise.
    public let functionError: String?
  }

  private let client: AWSClient

  public init(_ session: AWSSession) throws(AWSError) {
    client = try AWSClient(.lambda, session: session)
  }

  /// Invokes a function and waits for its response. If the response is lost, the function is invoked again, so it must be
  /// safe to run twice.
  /// - Parameters:
  ///   - function: the function's name or ARN.
  ///   - timeout: the limit for the function. AWS allows 15 minutes.
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
