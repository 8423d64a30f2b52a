import FoundationEssentials
import HTTP
import Time

/// Calls one service: signs every attempt afresh, tries again what may pass, and turns refusals into `AWSError`.
final class AWSClient {
  let service: AWSService
  let session: AWSSession
  let endpoint: AWSEndpoint
  private var signer: SignatureV4
  private let retrier: Retrier

  init(_ service: AWSService, session: AWSSession, region: String? = nil) throws(AWSError) {
    let region = region ?? session.region
    self.service = service
    self.session = session
    endpoint = try AWSEndpoint.of(service, region: region, environment: session.environment)
    signer = SignatureV4(service: service.signingName, region: region)
    retrier = Retrier(session.backoff, time: session.time, random: session.random)
  }

  /// The answer, of a status 2xx, as `read` takes it. What `read` throws is judged as an answer of the service would be.
  func send<Value>(
    _ request: AWSRequest, deadline: Deadline, _ read: (HTTPResponse) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    try sendAll([request], deadline: deadline) { (request) in
      request
    } reading: { (_, answer) throws(AWSError) in
      try read(answer)
    }[0].get()
  }

  /// Makes several calls at once. Those that failed for a reason that may pass are tried again together.
  /// - Parameters:
  ///   - make: the request of an item; what it throws is the item's outcome.
  ///   - read: what the answer to an item's request, of a status 2xx, is worth.
  /// - Returns: what became of each item, in their order.
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
    var answersLost: Set<Int> = []
    var waiting = requests.keys.sorted()
    // What it throws at last is among the errors.
    try? retrier.runTyped(until: deadline, decision: decision(for:)) { (_) throws(AWSError) in
      for (index, outcome) in zip(waiting, correctingOnce(waiting.compactMap { requests[$0] }, deadline)) {
        do throws(AWSError) {
          values[index] = try read(items[index], try outcome.get())
        } catch {
          errors[index] = error
          if error.outcomeIsUnknown { answersLost.insert(index) }
        }
      }
      waiting.removeAll { values[$0] != nil || errors[$0]?.isTransient != true }
      if let longest = waiting.compactMap({ errors[$0] }).max(by: { $0.retryAfter < $1.retryAfter }) { throw longest }
    }
    return items.indices.map { index in
      if let value = values[index] { return .success(value) }
      var error = errors[index] ?? AWSError(.unavailable, "calling \(service.name)", "it was not called")
      error.followsLostAnswer = answersLost.contains(index)
      return .failure(error)
    }
  }

  private func decision(for error: AWSError) -> RetryDecision {
    error.isTransient ? .retry(after: error.retryAfter) : .giveUp
  }

  /// One attempt, and one more at once where a refusal shows how to mend it: our clock is wrong (a frozen sandbox, a
  /// laptop), or the credentials have expired since they were fetched.
  private func correctingOnce(_ requests: [AWSRequest], _ deadline: Deadline) -> [Result<HTTPResponse, AWSError>] {
    var outcomes = attempt(requests, deadline)
    let refused = outcomes.indices.filter { outcomes[$0].error?.showsHowToMendIt == true }
    guard let example = refused.lazy.compactMap({ outcomes[$0].error }).first else { return outcomes }
    if let skew = example.clockSkew { session.clockOffset += skew } else { session.credentials.discard() }
    for (index, outcome) in zip(refused, attempt(refused.map { requests[$0] }, deadline)) { outcomes[index] = outcome }
    return outcomes
  }

  private func attempt(_ requests: [AWSRequest], _ deadline: Deadline) -> [Result<HTTPResponse, AWSError>] {
    let signed = requests.map { request in Result { () throws(AWSError) in try sign(request, deadline) } }
    var answers = session.transport.sendAll(signed.compactMap { try? $0.get() }, deadline: deadline)[...]
    return zip(requests, signed).map { request, signed in
      Result { () throws(AWSError) in
        _ = try signed.get()
        return try judge(answers.popFirst(), to: request, deadline)
      }
    }
  }

  private func sign(_ request: AWSRequest, _ deadline: Deadline) throws(AWSError) -> HTTPRequest {
    guard !deadline.hasPassed else {
      throw AWSError(.timedOut, operation(request), of: request.resource, "there is no time left for it")
    }
    let credentials = try session.credentials.credentials(deadline: deadline)
    var unsigned = HTTPRequest(
      request.method, request.url(at: request.endpoint ?? endpoint), headers: request.headers, body: request.body,
      timeout: request.timeout, maximumBodyBytes: request.maximumBodyBytes)
    // What is summed and stored is the object as it lies there.
    unsigned.acceptsCompression = false
    unsigned.headers[TraceHeader.name] = session.trace()
    return try signer.sign(unsigned, with: credentials, at: session.now)
  }

  private func judge(
    _ outcome: Result<HTTPResponse, HTTPError>?, to request: AWSRequest, _ deadline: Deadline
  ) throws(AWSError) -> HTTPResponse {
    switch outcome {
    case .success(let answer):
      guard answer.isSuccess else {
        throw AWSError(answer, operation: operation(request), resource: request.resource, now: session.now)
      }
      return answer
    case .failure(let error):
      throw AWSError(error, operation: operation(request), resource: request.resource, deadline: deadline)
    case nil:
      throw AWSError(.unavailable, operation(request), of: request.resource, "no answer came")
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
