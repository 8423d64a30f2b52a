import FoundationEssentials
import HTTP
import Time

/// Sends a source's requests over HTTP, with the retries, the rate and the circuit breaker of the client. Adds the
/// policy's headers and credentials, and replaces secrets in responses.
public final class HTTPPageSource: PageSource {
  /// Pauses before requests that failed while the circuit was open are sent again. Otherwise a failure of the site that
  /// lasts seconds would cost an item all pages that it has not read by then.
  private static let pauses: [Duration] = [.seconds(5), .seconds(10)]

  private static let timeout = Duration.seconds(30)

  public var onCircuitEvent: (CircuitEvent) -> Void = { _ in }
  private var isCircuitOpen = false
  private let policy: FetchPolicy
  private let redactor: Redactor
  private let client: HTTPClient
  private let retries: HTTPRetryPolicy
  private let time: any TimeSource

  public convenience init(_ policy: FetchPolicy, time: any TimeSource = SystemTime()) {
    var options = HTTPClient.Options()
    options.userAgent = policy.userAgent
    options.maximumPerHost = 4
    options.usesCircuitBreaker = true
    self.init(policy, client: HTTPClient(options, time: time), time: time)
  }

  package init(
    _ policy: FetchPolicy, client: HTTPClient,
    retries: HTTPRetryPolicy = HTTPRetryPolicy(backoff: Backoff(maximumAttempts: 5)),
    time: any TimeSource = SystemTime()
  ) {
    self.policy = policy
    redactor = Redactor(policy)
    self.client = client
    self.retries = retries
    self.time = time
    client.onCircuitEvent = { [weak self] change in
      if case .opened = change { self?.isCircuitOpen = true } else { self?.isCircuitOpen = false }
      self?.onCircuitEvent(change)
    }
  }

  public var minimumInterval: Duration {
    get { client.minimumInterval }
    set { client.minimumInterval = newValue }
  }

  public func send(_ requests: [FetchRequest], deadline: Deadline) -> [Result<PageResponse, FetchError>] {
    let sent = requests.map(httpRequest)
    var outcomes = client.sendAll(sent, retrying: retries, deadline: deadline)
    // The circuit may have closed again after it had failed some requests.
    for pause in Self.pauses where isCircuitOpen || outcomes.contains(where: Self.metOpenCircuit) {
      let failed = outcomes.indices.filter { retries.decision(for: outcomes[$0], now: time.now) != .giveUp }
      guard !failed.isEmpty, pause < deadline.remaining / 2 else { break }
      time.sleep(for: pause)
      let again = client.sendAll(failed.map { sent[$0] }, retrying: retries, deadline: deadline)
      for (index, outcome) in zip(failed, again) { outcomes[index] = outcome }
    }
    return zip(requests, outcomes).map { request, outcome in
      outcome.mapError { FetchError($0, redactor) }.map { response in
        PageResponse(
          url: redactor.address(request.url), status: response.status, headers: redactor.headers(response.headers),
          body: redactor.bytes(response.body), fetchedAt: response.began ?? time.now)
      }
    }
  }

  private static func metOpenCircuit(_ outcome: Result<HTTPResponse, HTTPError>) -> Bool {
    if case .failure(let error) = outcome { error.kind == .circuitOpen } else { false }
  }

  /// Builds the request that goes on the wire. Another origin, such as one to which robots.txt was moved, gets neither
  /// credentials nor the policy's and the request's own headers, except the validators, which came from there. Nor does
  /// robots.txt get credentials: it needs none.
  private func httpRequest(_ request: FetchRequest) -> HTTPRequest {
    var url = request.url
    var headers: HTTPHeaders = ["Accept": policy.accept]
    for name in PageResponse.validatorHeaders { headers[name] = request.headers[name] }
    if policy.site.isOrigin(of: url) {
      // Names of headers are compared without regard to case: the request's own replace the policy's.
      for (name, value) in policy.headers { headers[name] = value }
      for (name, value) in request.headers { headers[name] = value }
      if policy.site.path(of: url) != "/robots.txt" {
        if let header = policy.authentication?.header { headers[header.name] = header.value }
        if case .query(let name, let value)? = policy.authentication {
          url = QueryItems.setting(name, to: value, in: url)
        }
      }
    }
    return HTTPRequest(
      request.method, url, headers: headers, body: request.body, timeout: Self.timeout,
      maximumBodyBytes: policy.maximumBodyBytes)
  }
}

extension FetchError {
  /// The reason that a failure of the transport amounts to.
  init(_ error: HTTPError, _ redactor: Redactor) {
    let reason: Reason =
      switch error.kind {
      case .timedOut: .timedOut
      case .tooLarge: .unusable
      default: .unavailable
      }
    self.init(reason, redactor.text(error.detail))
  }
}
