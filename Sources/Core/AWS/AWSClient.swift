import FoundationEssentials
import HTTP
import Time

/// A client of one service. It signs each attempt anew, retries temporary failures, and turns error responses into
/// `AWSError`.
package final class AWSClient {
  let service: AWSService
  package let session: AWSSession
  let endpoint: AWSEndpoint
  private var signer: SignatureV4
  private let retrier: Retrier

  /// Creates a client.
  /// - Parameters:
  ///   - region: the region of the service; nil for that of the session.
  ///   - backoff: that of its calls; nil for that of the session.
  /// - Throws: `invalidConfiguration` if the endpoint or the region is invalid.
  package init(
    _ service: AWSService, session: AWSSession, region: String? = nil, backoff: Backoff? = nil
  ) throws(AWSError) {
    let region = region ?? session.region
    self.service = service
    self.session = session
    endpoint = try AWSEndpoint.of(service, region: region, environment: session.environment)
    signer = SignatureV4(service: service.signingName, region: region)
    retrier = Retrier(backoff ?? session.backoff, time: session.time, random: session.random)
  }

  /// Sends a request.
  /// - Parameter read: turns a response of status 2xx into the result. Its errors are retried like those of the service.
  func send<Value>(
    _ request: AWSRequest, deadline: Deadline, _ read: (HTTPResponse) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    try sendAll([request], deadline: deadline) { (request) in
      request
    } reading: { (_, response) throws(AWSError) in
      try read(response)
    }[0].get()
  }

  /// Makes several calls concurrently. Calls with temporary failures are retried together.
  /// - Parameters:
  ///   - make: returns the request of an item. Its error is the item's outcome.
  ///   - read: turns an item's response of status 2xx into its result.
  /// - Returns: the outcome of each item, in the order of the items.
  func sendAll<Item, Value>(
    _ items: [Item], deadline: Deadline, _ make: (Item) throws(AWSError) -> AWSRequest,
    reading read: (Item, HTTPResponse) throws(AWSError) -> Value
  ) -> [Result<Value, AWSError>] {
    var requests: [Int: AWSRequest] = [:]
    var values: [Int: Value] = [:]
    var errors: [Int: AWSError] = [:]
    for (index, item) in items.enumerated() {
      do throws(AWSError) { requests[index] = try make(item) } catch { errors[index] = error }
    }
    var lostResponses: Set<Int> = []
    var waiting = requests.keys.sorted()
    // The error that it throws at the end is in `errors`.
    try? retrier.runTyped(deadline: deadline, decision: decision(for:)) { (_) throws(AWSError) in
      for (index, outcome) in zip(waiting, retryingOnceCorrected(waiting.compactMap { requests[$0] }, deadline)) {
        do throws(AWSError) {
          values[index] = try read(items[index], try outcome.get())
        } catch {
          errors[index] = error
          if error.outcomeIsUnknown { lostResponses.insert(index) }
        }
      }
      waiting.removeAll { values[$0] != nil || errors[$0]?.isTransient != true }
      if let longest = waiting.compactMap({ errors[$0] }).max(by: { $0.retryAfter < $1.retryAfter }) { throw longest }
    }
    return items.indices.map { index in
      if let value = values[index] { return .success(value) }
      var error = errors[index] ?? AWSError(.unavailable, "calling \(service.name)", "the call was not made")
      error.isRetryAfterLostResponse = lostResponses.contains(index)
      return .failure(error)
    }
  }

  private func decision(for error: AWSError) -> RetryDecision {
    error.isTransient ? .retry(after: error.retryAfter) : .giveUp
  }

  /// Sends the requests once. If an error is correctable (clock skew in a frozen sandbox or on a laptop, or expired
  /// credentials), corrects the cause and immediately sends the refused requests once more.
  private func retryingOnceCorrected(_ requests: [AWSRequest], _ deadline: Deadline) -> [Result<HTTPResponse, AWSError>]
  {
    var outcomes = attempt(requests, deadline)
    let refused = outcomes.indices.filter { outcomes[$0].error?.isCorrectable == true }
    guard let example = refused.lazy.compactMap({ outcomes[$0].error }).first else { return outcomes }
    if let skew = example.clockSkew { session.clockOffset += skew } else { session.credentials.discard() }
    for (index, outcome) in zip(refused, attempt(refused.map { requests[$0] }, deadline)) { outcomes[index] = outcome }
    return outcomes
  }

  private func attempt(_ requests: [AWSRequest], _ deadline: Deadline) -> [Result<HTTPResponse, AWSError>] {
    let signed = requests.map { request in Result { () throws(AWSError) in try sign(request, deadline) } }
    var responses = session.transport.sendAll(signed.compactMap { try? $0.get() }, deadline: deadline)[...]
    return zip(requests, signed).map { request, signed in
      Result { () throws(AWSError) in
        _ = try signed.get()
        return try response(of: responses.popFirst(), to: request, deadline)
      }
    }
  }

  private func sign(_ request: AWSRequest, _ deadline: Deadline) throws(AWSError) -> HTTPRequest {
    guard !deadline.hasPassed else {
      throw AWSError(.timedOut, operation(request), of: request.resource, "no time is left for the call")
    }
    let credentials = try session.credentials.credentials(deadline: deadline)
    var unsigned = HTTPRequest(
      request.method, request.url(at: request.endpoint ?? endpoint), headers: request.headers, body: request.body,
      timeout: request.timeout, maximumBodyBytes: request.maximumBodyBytes)
    // Checksums are those of the stored bytes.
    unsigned.acceptsCompression = false
    unsigned.headers[TraceHeader.name] = session.trace()
    return try signer.sign(unsigned, with: credentials, at: session.now)
  }

  /// Returns a response of status 2xx; throws the error of any other outcome.
  private func response(
    of outcome: Result<HTTPResponse, HTTPError>?, to request: AWSRequest, _ deadline: Deadline
  ) throws(AWSError) -> HTTPResponse {
    switch outcome {
    case .success(let response):
      guard response.isSuccess else {
        throw AWSError(response, operation: operation(request), resource: request.resource, now: session.now)
      }
      return response
    case .failure(let error):
      throw AWSError(error, operation: operation(request), resource: request.resource, deadline: deadline)
    case nil:
      throw AWSError(.unavailable, operation(request), of: request.resource, "no response came")
    }
  }

  private func operation(_ request: AWSRequest) -> String { "\(service.name) \(request.operation)" }
}

extension Result {
  fileprivate var error: Failure? {
    if case .failure(let error) = self { return error }
    return nil
  }
}
