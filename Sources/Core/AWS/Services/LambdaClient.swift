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

  /// The state of a function.
  public struct Configuration: Decodable, Equatable, Sendable {
    /// `Active`, `Pending`, `Inactive` or `Failed`; nil from a server that does not say.
    public let state: String?
    /// The reason why it is not active, for people.
    public let reason: String?

    private enum CodingKeys: String, CodingKey {
      case state = "State"
      case reason = "StateReason"
    }
  }

  /// Returns the state of a function, without invoking it.
  /// - Parameter function: the function's name or ARN.
  /// - Throws: `notFound` if there is no such function.
  public func configuration(of function: String, deadline: Deadline) throws(AWSError) -> Configuration {
    var request = AWSRequest(operation: "GetFunctionConfiguration", resource: function)
    request.method = "GET"
    request.path = "/2015-03-31/functions/\(PercentEncoding.encode(function))/configuration"
    let sent = request
    return try client.send(sent, deadline: deadline) { (response) throws(AWSError) in
      do { return try JSONDecoder().decode(Configuration.self, from: response.body) } catch {
        throw .corrupt("Lambda GetFunctionConfiguration", of: function, "the response has an unexpected shape")
      }
    }
  }
}
