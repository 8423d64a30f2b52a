import Compression
import FoundationEssentials
import HTTP
import Time

/// Sends a source's requests over HTTP, with the retries, the rate and the circuit breaker of the client. Adds the
/// policy's headers and credentials, and replaces secrets in responses.
public final class HTTPPageSource: PageSource {
  /// Pauses before requests that failed while the circuit was open are sent again. Otherwise a failure of the site that
  /// lasts seconds would cost an item all pages that it has not read by then.
  private static let pauses: [Duration] = [.seconds(5), .seconds(10)]

  public var onCircuitEvent: (CircuitEvent) -> Void = { _ in }
  private var isCircuitOpen = false
  let policy: FetchPolicy
  let redactor: Redactor
  let client: HTTPClient
  let retries: HTTPRetryPolicy
  /// The tokens of a source with client credentials; nil for any other.
  let tokens: AccessTokens?
  private let time: any TimeSource

  /// - Parameter runtimeAPI: the address of Lambda's runtime API, `127.0.0.1:9001`, to which no redirect may lead; nil if
  ///   there is none.
  public convenience init(_ policy: FetchPolicy, runtimeAPI: String? = nil, time: any TimeSource = SystemTime()) {
    var options = HTTPClient.Options()
    options.userAgent = policy.userAgent
    options.maximumPerHost = 4
    options.usesCircuitBreaker = true
    options.breakerFailures = policy.sending.breakerFailures
    options.breakerCooldown = policy.sending.breakerCooldown
    options.keepsCookies = true
    options.refusedAuthority = runtimeAPI
    options.obeysRateLimitHeaders = policy.sending.obeysRateLimitHeaders
    let base = policy.sending.backoff
    let backoff = Backoff(
      base: base, cap: max(Backoff().cap, base), maximumAttempts: policy.sending.attempts)
    self.init(
      policy, client: HTTPClient(options, time: time), retries: HTTPRetryPolicy(backoff: backoff), time: time)
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
    tokens = policy.authentication?.grant.map { AccessTokens($0, time: time) }
    client.onCircuitEvent = { [weak self] change in
      if case .opened = change { self?.isCircuitOpen = true } else { self?.isCircuitOpen = false }
      self?.onCircuitEvent(change)
    }
  }

  public var minimumInterval: Duration {
    get { client.minimumInterval }
    set { client.minimumInterval = newValue }
  }

  public var burst: Int {
    get { client.burst }
    set { client.burst = newValue }
  }

  public func forgetCookies() { client.forgetCookies() }

  public func send(
    _ requests: [FetchRequest], deadline: Deadline,
    deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void
  ) {
    if let tokens {
      send(requests, with: tokens, deadline: deadline, deliver: deliver)
    } else {
      sendOnce(requests, deadline: deadline, deliver: deliver)
    }
  }

  /// Sends requests with the credentials as they are.
  func sendOnce(
    _ requests: [FetchRequest], deadline: Deadline,
    deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void
  ) {
    let sent = requests.map(httpRequest)
    var waiting = Array(requests.indices)
    var pauses = Self.pauses[...]
    var metOpenCircuit = false
    while !waiting.isEmpty {
      let pause = pauses.popFirst()
      /// The requests that may be sent again after a pause, each with its failure.
      var failed: [(index: Int, outcome: Result<HTTPResponse, HTTPError>)] = []
      client.sendAll(waiting.map { sent[$0] }, retrying: retries, deadline: deadline) { position, outcome in
        metOpenCircuit = metOpenCircuit || Self.metOpenCircuit(outcome)
        if pause != nil, retries.decision(for: outcome, now: time.now) != .giveUp {
          failed.append((waiting[position], outcome))
        } else {
          deliver(waiting[position], response(to: requests[waiting[position]], outcome))
        }
      }
      // The circuit may have closed again after it had failed some requests.
      guard let pause, !failed.isEmpty, isCircuitOpen || metOpenCircuit, pause < deadline.remaining / 2 else {
        for (index, outcome) in failed { deliver(index, response(to: requests[index], outcome)) }
        return
      }
      time.sleep(for: pause)
      waiting = failed.map(\.index)
    }
  }

  private func response(
    to request: FetchRequest, _ outcome: Result<HTTPResponse, HTTPError>
  ) -> Result<PageResponse, FetchError> {
    outcome.mapError { FetchError($0, redactor) }.map { response in
      let body = redactor.bytes(response.body)
      let isCoded = !ContentCodings(response.headers.list("Content-Encoding") ?? "").isEmpty
      return PageResponse(
        url: redactor.address(request.url), status: response.status, headers: redactor.headers(response.headers),
        // A body in which a secret was replaced is archived without its coding.
        body: body, codedBody: isCoded && (redactor.isIdle || body == response.body) ? response.received : nil,
        fetchedAt: response.began ?? time.now)
    }
  }

  private static func metOpenCircuit(_ outcome: Result<HTTPResponse, HTTPError>) -> Bool {
    if case .failure(let error) = outcome { error.kind == .circuitOpen } else { false }
  }

  /// True for the source's own pages, robots.txt excepted.
  func takesCredentials(_ request: FetchRequest) -> Bool {
    policy.site.isOrigin(of: request.url) && policy.site.path(of: request.url) != "/robots.txt"
  }

  /// Builds the request that goes on the wire. Another origin, such as one to which robots.txt was moved, gets neither
  /// credentials nor the policy's and the request's own headers, except the validators, which came from there. Nor does
  /// robots.txt get credentials: it needs none.
  private func httpRequest(_ request: FetchRequest) -> HTTPRequest {
    var url = request.url
    var headers: HTTPHeaders = ["Accept": policy.accept]
    for name in PageResponse.validatorHeaders { headers[name] = request.headers[name] }
    let isOwn = policy.site.isOrigin(of: url)
    let isRobots = !takesCredentials(request)
    if isOwn {
      // Names of headers are compared without regard to case: the request's own replace the policy's.
      for (name, value) in policy.headers { headers[name] = value }
      for (name, value) in request.headers { headers[name] = value }
      if !isRobots {
        if let header = policy.authentication?.header { headers[header.name] = header.value }
        if let token = tokens?.current { headers["Authorization"] = "Bearer \(token)" }
        if case .query(let name, let value)? = policy.authentication {
          url = QueryItems.setting(name, to: value, in: url)
        }
      }
    }
    var result = HTTPRequest(
      request.method, url, headers: headers, body: request.body, timeout: policy.sending.timeout,
      maximumBodyBytes: policy.maximumBodyBytes)
    // A robots.txt has no end tag, whatever its media type.
    if !isRobots { result.isWhole = PageResponse.isWhole }
    // A redirect of robots.txt must not lead into the network in which the scraper runs. The site itself may be there.
    if !isOwn { result.peers = .publicOr(host: policy.site.host) }
    return result
  }
}

extension FetchError {
  /// The reason that a failure of the transport amounts to.
  init(_ error: HTTPError, _ redactor: Redactor) {
    let reason: Reason =
      switch error.kind {
      case .timedOut: .timedOut
      case .tooLarge: .tooLarge
      case .addressRefused: .refused
      default: .unavailable
      }
    self.init(reason, redactor.text(error.detail))
  }
}
