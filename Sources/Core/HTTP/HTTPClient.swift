import CCurl
import FoundationEssentials
import Time

/// HTTP/1.1 over libcurl: keep-alive connections, many requests at once on one thread, caps, retries.
///
/// A redirect is an answer like any other, for the caller to follow. TLS peers are always verified. One client serves one
/// thread; its connections live as long as it does.
public final class HTTPClient {
  /// What holds for every request of a client.
  public struct Options: Sendable {
    /// To find the host, connect and shake hands.
    public var connectTimeout: Duration = .seconds(10)
    /// Requests under way at once to one host.
    public var maximumPerHost = 4
    /// Requests under way at once in all.
    public var maximumInFlight = 16
    /// Sent when a request names no User-Agent of its own.
    public var userAgent: String?
    /// A PEM file of authorities to trust in place of the system's.
    public var authorityFile: String?
    /// Whether http_proxy and its kin in the environment are obeyed.
    public var obeysProxyEnvironment = true
    /// Whether a host that failed ten times in a row (no connection, no whole answer in time, a status of 500 or more, but
    /// not 503 with Retry-After) is left alone: its requests fail at once for 5 seconds, then one is tried, and the wait
    /// doubles up to a minute until one gets an answer.
    public var leavesFailingHostsAlone = false

    public init() {}
  }

  /// Requests put on the wire so far, retries included.
  public private(set) var requestsSent = 0
  /// The least time between the starts of two requests to one host, over all calls: its rate. A retry is a request like
  /// any other.
  public var spacing = Duration.zero
  /// Told of each host that is left alone, or well again. It must not send anything with this client.
  public var onHostChange: (HostChange) -> Void = { _ in }

  private let multi: UnsafeMutableRawPointer?
  private let options: Options
  private let time: any TimeSource
  private var random: any RandomNumberGenerator
  private var hosts: [String: HostRecord] = [:]
  private static let breaker = CircuitBreaker.Settings(
    threshold: 10, cooldown: .seconds(5), longestCooldown: .seconds(60))

  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  public init(
    _ options: Options = Options(), time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    multi = Self.isReady ? curl_multi_init() : nil
    self.options = options
    self.time = time
    self.random = random
  }

  deinit {
    curl_multi_cleanup(multi)
  }

  /// Sends one request, once.
  public func send(_ request: HTTPRequest, deadline: Deadline) throws(HTTPError) -> HTTPResponse {
    try send(request, deadline: deadline, isCancelled: { false })
  }

  /// Sends one request, once.
  /// - Parameter isCancelled: asked about once a second, and after every signal, whether to drop it.
  public func send(
    _ request: HTTPRequest, deadline: Deadline, isCancelled: () -> Bool
  ) throws(HTTPError) -> HTTPResponse {
    try sendAll([request], retrying: .never, deadline: deadline, isCancelled: isCancelled)[0].get()
  }

  /// Sends many requests at once, within the caps of the options, each again as the policy says. A host that answers with
  /// Retry-After is left alone for that long, by all of them and by later calls.
  /// - Parameter isCancelled: asked about once a second, and after every signal, whether to drop what is under way.
  /// - Returns: the last outcome of each request, in the order of the requests.
  public func sendAll(
    _ requests: [HTTPRequest], retrying policy: HTTPRetryPolicy, deadline: Deadline,
    isCancelled: () -> Bool = { false }
  ) -> [Result<HTTPResponse, HTTPError>] {
    var schedule = RequestSchedule(
      hosts: requests.map { hostKey($0.url) }, perHost: options.maximumPerHost, inFlight: options.maximumInFlight,
      spacing: spacing, breaker: options.leavesFailingHostsAlone ? Self.breaker : nil, known: hosts)
    var outcomes = [Result<HTTPResponse, HTTPError>?](repeating: nil, count: requests.count)
    var transfers: [UnsafeMutableRawPointer: (index: Int, transfer: Transfer)] = [:]
    defer {
      for (easy, dropped) in transfers {
        curl_multi_remove_handle(multi, easy)
        schedule.abandon(dropped.index, at: time.uptime)
      }
      hosts.merge(schedule.records) { $1 }
    }

    while !schedule.isEmpty && !isCancelled() {
      while let index = schedule.next(at: time.uptime) {
        do {
          let transfer = try begin(requests[index], deadline: deadline)
          transfers[transfer.easy] = (index, transfer)
        } catch {
          outcomes[index] = .failure(error)
          schedule.abandon(index, at: time.uptime)
        }
      }
      for index in schedule.refused(at: time.uptime) where outcomes[index] == nil {
        outcomes[index] = .failure(
          HTTPError(.hostLeftAlone, url: requests[index].url, detail: schedule.refusal(of: index, at: time.uptime)))
      }
      guard !transfers.isEmpty else {
        if let wait = schedule.wait(at: time.uptime) {
          // Nothing that is left may go before the deadline.
          guard wait < deadline.remaining else { break }
          time.sleep(for: wait)
        }
        continue
      }
      for (easy, code) in perform(atMost: schedule.wait(at: time.uptime) ?? .seconds(1)) {
        guard let (index, transfer) = transfers.removeValue(forKey: easy) else { continue }
        let outcome = transfer.outcome(code)
        outcomes[index] = outcome
        note(outcome, of: index, in: &schedule, deadline: deadline)
        retry(index, after: outcome, of: policy, in: &schedule, deadline: deadline)
      }
    }
    let wasCancelled = isCancelled()
    let reason =
      wasCancelled
      ? "dropped before an answer came" : "the host's rate, or its Retry-After, leaves no time for it"
    return zip(requests, outcomes).map { request, outcome in
      outcome ?? .failure(HTTPError(wasCancelled ? .cancelled : .timedOut, url: request.url, detail: reason))
    }
  }

  private func begin(_ request: HTTPRequest, deadline: Deadline) throws(HTTPError) -> Transfer {
    guard !deadline.hasPassed else {
      throw HTTPError(.timedOut, url: request.url, detail: "no time was left to ask for it")
    }
    let transfer = try Transfer(request, options: options, deadline: deadline, began: time.now)
    let code = curl_multi_add_handle(multi, transfer.easy)
    guard code == CURLM_OK else {
      throw HTTPError(.protocolViolation, url: request.url, detail: String(cString: curl_multi_strerror(code)))
    }
    requestsSent += 1
    return transfer
  }

  /// Tells the schedule what an attempt says of its host.
  private func note(
    _ outcome: Result<HTTPResponse, HTTPError>, of index: Int, in schedule: inout RequestSchedule,
    deadline: Deadline
  ) {
    // What the caller's deadline ended might have been answered.
    let isCutShort = outcome.isTimeout && deadline.remaining < .seconds(1)
    // A page that fails again and again tells of itself. A listing's two broken pages, tried five times each, would
    // otherwise be ten failures in a row at the end of a batch, and all other pages would be left alone for them. A host
    // that is in trouble fails ten different pages, or takes no connection, which counts on each attempt.
    let isOfPage = schedule.isRetry(index) && (try? outcome.get().isSuccess) == false
    let failed = isCutShort || isOfPage ? nil : outcome.isFailureOfHost(now: time.now)
    let change = schedule.note(index, failed: failed, at: time.uptime)
    if let change { onHostChange(change) }
  }

  /// Puts the request back into the schedule, or takes it out for good.
  private func retry(
    _ index: Int, after outcome: Result<HTTPResponse, HTTPError>, of policy: HTTPRetryPolicy,
    in schedule: inout RequestSchedule, deadline: Deadline
  ) {
    guard case .retry(let floor) = policy.advice(outcome, now: time.now) else { return schedule.finish(index) }
    if floor > .zero { schedule.pauseHost(of: index, until: time.uptime + floor) }
    let attempt = schedule.attempts(of: index)
    guard attempt < policy.backoff.maximumAttempts else { return schedule.finish(index) }
    let delay = max(floor, policy.backoff.delay(afterAttempt: attempt, using: &random))
    guard delay < deadline.remaining else { return schedule.finish(index) }
    schedule.postpone(index, until: time.uptime + delay)
  }

  /// Lets curl work until something has ended, or for as long as given.
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
      // The message dies with the handle's removal: its code is read first.
      let code = curl_message_result(message)
      curl_multi_remove_handle(multi, easy)
      done.append((easy, code))
    }
    return done
  }
}

/// Scheme, host and port of an address: what a rate or a cap for each host goes by.
func hostKey(_ url: String) -> String {
  url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
    .lowercased()
}
