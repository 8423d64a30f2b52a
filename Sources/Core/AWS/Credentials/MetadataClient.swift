import HTTP
import Time

/// Asks the small servers that hand out credentials on a machine: near, quick, and never behind a proxy.
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

  /// The answer, of a status 2xx. A server that answers with trouble is asked again; one that is not there is not.
  func send(
    _ request: HTTPRequest, operation: String, from source: String, deadline: Deadline
  ) throws(AWSError) -> HTTPResponse {
    var request = request
    request.timeout = .seconds(2)
    request.maximumBodyBytes = 64 << 10
    let sent = request
    return try retrier.runTyped(until: deadline, decision: { $0.isTransient && $0.status != nil ? .retry() : .giveUp }) {
      (_) throws(AWSError) in try attempt(sent, operation: operation, from: source, deadline: deadline)
    }
  }

  private func attempt(
    _ request: HTTPRequest, operation: String, from source: String, deadline: Deadline
  ) throws(AWSError) -> HTTPResponse {
    let answer: HTTPResponse
    do { answer = try transport.send(request, deadline: deadline) } catch {
      throw AWSError(error, operation: operation, resource: source, deadline: deadline)
    }
    guard answer.isSuccess else {
      // Without its body, which may quote the token.
      throw AWSError(
        HTTPResponse(status: answer.status, headers: answer.headers), operation: operation, resource: source,
        now: time.now)
    }
    return answer
  }
}
