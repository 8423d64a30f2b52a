import HTTP
import Time

/// A client of the local servers that provide credentials on a machine. Timeouts are short, and no proxy is used.
final class MetadataClient {
  private let makeTransport: () -> any AWSTransport
  private lazy var transport = makeTransport()
  private let time: any TimeSource
  private let retrier: Retrier

  init(
    time: any TimeSource, random: any RandomNumberGenerator, transport: (() -> any AWSTransport)? = nil
  ) {
    self.time = time
    makeTransport =
      transport
      ?? {
        var options = HTTPClient.Options()
        options.connectTimeout = .seconds(1)
        options.obeysProxyEnvironment = false
        return HTTPClient(options, time: time, random: random)
      }
    retrier = Retrier(
      Backoff(base: .milliseconds(100), cap: .seconds(1), maximumAttempts: 3), time: time, random: random)
  }

  /// Returns a response of status 2xx. Error statuses of the server are retried; failed connections are not.
  func send(
    _ request: HTTPRequest, operation: String, from source: String, deadline: Deadline
  ) throws(AWSError) -> HTTPResponse {
    var request = request
    request.timeout = .seconds(2)
    request.maximumBodyBytes = 64 << 10
    let sent = request
    return try retrier.runTyped(
      deadline: deadline, decision: { $0.isTransient && $0.status != nil ? .retry() : .giveUp }
    ) {
      (_) throws(AWSError) in try attempt(sent, operation: operation, from: source, deadline: deadline)
    }
  }

  private func attempt(
    _ request: HTTPRequest, operation: String, from source: String, deadline: Deadline
  ) throws(AWSError) -> HTTPResponse {
    let response: HTTPResponse
    do { response = try transport.send(request, deadline: deadline) } catch {
      throw AWSError(error, operation: operation, resource: source, deadline: deadline)
    }
    guard response.isSuccess else {
      // The body is left out, because it may quote the token.
      throw AWSError(
        HTTPResponse(status: response.status, headers: response.headers), operation: operation, resource: source,
        now: time.now)
    }
    return response
  }
}
