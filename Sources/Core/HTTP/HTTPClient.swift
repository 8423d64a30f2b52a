import CCurl
import FoundationEssentials
import Time

/// An HTTP/1.1 client over libcurl: keep-alive connections, many concurrent requests on one thread, limits, retries.
///
/// The client does not follow redirects: a redirect is a response like any other. TLS peers are always verified. A client
/// belongs to one thread; its connections live as long as the client.
public final class HTTPClient {
  /// Settings for every request of a client.
  public struct Options: Sendable {
    /// The limit for name lookup, connection and TLS handshake together.
    public var connectTimeout: Duration = .seconds(10)
    /// The limit of concurrent requests to one host.
    public var maximumPerHost = 4
    /// The limit of concurrent requests in total.
    public var maximumInFlight = 16
    /// Sent with requests that have no User-Agent of their own.
    public var userAgent: String?
    /// A PEM file of certificate authorities that replaces the system's.
    public var authorityFile: String?
    /// True if the proxy variables of the environment (`http_proxy`, `https_proxy`, …) apply.
    public var obeysProxyEnvironment = true
    /// Enables the circuit breaker: after `breakerFailures` consecutive failures of a host (no connection, no complete
    /// response in time, or a status of 500 or more other than 503 with Retry-After), requests to it fail immediately for
    /// `breakerCooldown`. Then one request is tried; each further failure doubles the pause, up to a minute, or up to
    /// `breakerCooldown` if that is longer.
    public var usesCircuitBreaker = false
    public var breakerFailures = 10
    public var breakerCooldown = Duration.seconds(5)
    /// An address, `127.0.0.1:9001`, to which a request with `HTTPPeers.publicOr` is never sent, whatever its host is.
    public var refusedAuthority: String?
    /// True if a host whose headers say that no request is left gets none before they say that there are some again.
    public var obeysRateLimitHeaders = false
    /// True if cookies that a host sets are sent back to it, until `forgetCookies`.
    public var keepsCookies = false

    public init() {}
  }

  /// The number of requests sent so far, including retries.
  public private(set) var requestsSent = 0
  /// The minimum time between the starts of two requests to one host, across calls. Retries count as requests.
  public var minimumInterval = Duration.zero
  /// The requests to one host that may start at once if it had none for long enough: the size of a token bucket that gains a
  /// token per `minimumInterval`. 1 keeps the interval between any two requests.
  public var burst = 1
  /// Called when a circuit breaker opens or closes. It must not send requests with this client.
  public var onCircuitEvent: (CircuitEvent) -> Void = { _ in }

  private let multi: UnsafeMutableRawPointer?
  private let options: Options
  private let time: any TimeSource
  private var random: any RandomNumberGenerator
  private var hosts: [String: HostState] = [:]
  private var cookies: CookieJar?

  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  public init(
    _ options: Options = Options(), time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    multi = Self.isReady ? curl_multi_init() : nil
    self.options = options
    self.time = time
    self.random = random
    cookies = options.keepsCookies ? CookieJar() : nil
  }

  /// Drops all cookies.
  public func forgetCookies() { cookies = options.keepsCookies ? CookieJar() : nil }

  /// Takes a token of a host's rate for a request that went to another host, such as one for an access token.
  public func countRequest(to url: String) {
    hosts[hostKey(url), default: HostState(breaker: breaker.map(CircuitBreaker.init))]
      .start(at: time.uptime, minimumInterval: minimumInterval)
  }

  private var breaker: CircuitBreaker.Settings? {
    guard options.usesCircuitBreaker else { return nil }
    return CircuitBreaker.Settings(
      threshold: options.breakerFailures, cooldown: options.breakerCooldown,
      maximumCooldown: max(.seconds(60), options.breakerCooldown))
  }

  deinit {
    curl_multi_cleanup(multi)
  }

  /// Sends many requests concurrently, within the limits of the options, with retries by the policy, and passes on each
  /// last outcome as soon as it is there, so that the responses need not be in memory together. A host that responds with
  /// Retry-After gets no request for that long, in this call and in later ones.
  /// - Parameters:
  ///   - isCancelled: polled about once a second, and after every signal; true drops the requests in flight.
  ///   - deliver: takes the index of a request and its outcome, once for each. Transfers wait meanwhile. It must not send
  ///     requests with this client.
  public func sendAll(
    _ requests: [HTTPRequest], retrying policy: HTTPRetryPolicy, deadline: Deadline,
    isCancelled: () -> Bool = { false }, deliver: (_ index: Int, Result<HTTPResponse, HTTPError>) -> Void
  ) {
    var schedule = RequestSchedule(
      hosts: requests.map { hostKey($0.url) }, maximumPerHost: options.maximumPerHost,
      maximumInFlight: options.maximumInFlight, minimumInterval: minimumInterval,
      burst: burst, breaker: breaker, known: hosts)
    /// The last failure of each request that waits for a retry.
    var failures: [Int: Result<HTTPResponse, HTTPError>] = [:]
    var delivered = [Bool](repeating: false, count: requests.count)
    var transfers: [UnsafeMutableRawPointer: (index: Int, transfer: Transfer)] = [:]
    func end(_ index: Int, _ outcome: Result<HTTPResponse, HTTPError>) {
      guard !delivered[index] else { return }
      delivered[index] = true
      deliver(index, outcome)
    }
    defer {
      for (easy, dropped) in transfers {
        curl_multi_remove_handle(multi, easy)
        schedule.abandon(dropped.index, at: time.uptime)
      }
      hosts.merge(schedule.hostStates) { $1 }
    }

    while !schedule.isEmpty && !isCancelled() {
      while let index = schedule.next(at: time.uptime) {
        do {
          let transfer = try begin(requests[index], deadline: deadline)
          transfers[transfer.easy] = (index, transfer)
        } catch {
          schedule.abandon(index, at: time.uptime)
          end(index, .failure(error))
        }
      }
      for index in schedule.refused(at: time.uptime) {
        let reason = schedule.refusalReason(of: index, at: time.uptime)
        end(index, failures[index] ?? .failure(HTTPError(.circuitOpen, url: requests[index].url, detail: reason)))
      }
      guard !transfers.isEmpty else {
        if let wait = schedule.wait(at: time.uptime) {
          // No remaining request may start before the deadline.
          guard wait < deadline.remaining else { break }
          time.sleep(for: wait)
        }
        continue
      }
      for (easy, code) in perform(atMost: schedule.wait(at: time.uptime) ?? .seconds(1)) {
        guard let (index, transfer) = transfers.removeValue(forKey: easy) else { continue }
        let outcome = transfer.outcome(code)
        record(outcome, of: index, hasResponded: code == CURLE_OK, in: &schedule, deadline: deadline)
        if options.obeysRateLimitHeaders { schedule.pauseHost(of: index, after: outcome, by: time) }
        if retry(index, after: outcome, of: policy, in: &schedule, deadline: deadline) {
          failures[index] = outcome
        } else {
          end(index, outcome)
        }
      }
    }
    let wasCancelled = isCancelled()
    let reason =
      wasCancelled
      ? "cancelled before a response came" : "the host's rate limit or Retry-After leaves no time for it"
    for (index, request) in requests.enumerated() {
      end(
        index,
        failures[index]
          ?? .failure(HTTPError(wasCancelled ? .cancelled : .timedOut, url: request.url, detail: reason)))
    }
  }

  private func begin(_ request: HTTPRequest, deadline: Deadline) throws(HTTPError) -> Transfer {
    guard !deadline.hasPassed else {
      throw HTTPError(.timedOut, url: request.url, detail: "no time was left to send it")
    }
    if cookies?.isFull == true { forgetCookies() }
    let transfer = try Transfer(request, options: options, cookies: cookies, deadline: deadline, began: time.now)
    let code = curl_multi_add_handle(multi, transfer.easy)
    guard code == CURLM_OK else {
      throw HTTPError(.protocolViolation, url: request.url, detail: String(cString: curl_multi_strerror(code)))
    }
    requestsSent += 1
    return transfer
  }

  /// Records the outcome of an attempt in the circuit breaker of its host.
  /// - Parameter hasResponded: true if the host has sent a response to its end, although its body may be cut or damaged.
  private func record(
    _ outcome: Result<HTTPResponse, HTTPError>, of index: Int, hasResponded: Bool, in schedule: inout RequestSchedule,
    deadline: Deadline
  ) {
    // With a later deadline, the host might have responded.
    let isCutShort = outcome.isTimeout && deadline.remaining < .seconds(1)
    // Repeated error statuses of one page count once, and so do repeated bodies of one page that are cut or damaged. Two
    // broken pages, tried five times each, would otherwise be ten consecutive failures at the end of a batch, and the
    // breaker would refuse all other pages. A host that is down fails ten different pages, or accepts no connection,
    // which counts on each attempt.
    let isRepeated = hasResponded && schedule.isRetry(index) && (try? outcome.get().isSuccess) != true
    let failed = isCutShort || isRepeated ? nil : outcome.isHostFailure(now: time.now)
    let event = schedule.record(index, failed: failed, cause: outcome.failureText, at: time.uptime)
    if let event { onCircuitEvent(event) }
  }

  /// Schedules a retry of the request, or ends it.
  /// - Returns: true if it is retried.
  private func retry(
    _ index: Int, after outcome: Result<HTTPResponse, HTTPError>, of policy: HTTPRetryPolicy,
    in schedule: inout RequestSchedule, deadline: Deadline
  ) -> Bool {
    if case .retry(let floor) = policy.decision(for: outcome, now: time.now) {
      if floor > .zero { schedule.pauseHost(of: index, until: time.uptime + floor) }
      let attempt = schedule.attempts(of: index)
      if attempt < policy.backoff.maximumAttempts {
        let delay = max(floor, policy.backoff.delay(afterAttempt: attempt, using: &random))
        if delay < deadline.remaining {
          schedule.postpone(index, until: time.uptime + delay)
          return true
        }
      }
    }
    schedule.finish(index)
    return false
  }

  /// Runs transfers until one of them ends, for at most the given time, and at most a second.
  private func perform(atMost wait: Duration) -> [(easy: UnsafeMutableRawPointer, code: CURLcode)] {
    var running: Int32 = 0
    curl_multi_perform(multi, &running)
    var done = finished()
    if done.isEmpty {
      curl_multi_poll(multi, nil, 0, Int32(min(max(1, wait.inMilliseconds), 1000)), nil)
      curl_multi_perform(multi, &running)
      done = finished()
    }
    return done
  }

  private func finished() -> [(easy: UnsafeMutableRawPointer, code: CURLcode)] {
    var done: [(easy: UnsafeMutableRawPointer, code: CURLcode)] = []
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      // Removing the handle invalidates the message, so its code is read first.
      let code = curl_message_result(message)
      curl_multi_remove_handle(multi, easy)
      done.append((easy, code))
    }
    return done
  }
}
