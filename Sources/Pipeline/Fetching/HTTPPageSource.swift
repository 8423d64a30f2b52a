import HTTP
import Time

/// The site over HTTP, with the retries and the caps of the client.
public final class HTTPPageSource: PageSource {
  /// A page of the site has about 180 KB. A batch of them lies in memory at once.
  static let maximumPageBytes = 2 << 20

  /// While the client leaves the site alone, what failed is tried again after as long as the client's first waits.
  /// Otherwise a trouble of some seconds would cost a date all pages that it has not read by then.
  private static let pauses: [Duration] = [.seconds(5), .seconds(10)]

  public var onHostChange: (HostChange) -> Void = { _ in }
  private var isLeftAlone = false
  private let client: HTTPClient
  private let policy: HTTPRetryPolicy
  private let time: any TimeSource

  /// - Parameter userAgent: who asks, for the site's operators to read.
  public convenience init(userAgent: String, time: any TimeSource = SystemTime()) {
    var options = HTTPClient.Options()
    options.userAgent = userAgent
    options.maximumPerHost = 4
    options.leavesFailingHostsAlone = true
    self.init(client: HTTPClient(options, time: time), time: time)
  }

  init(
    client: HTTPClient, policy: HTTPRetryPolicy = HTTPRetryPolicy(backoff: Backoff(maximumAttempts: 5)),
    time: any TimeSource = SystemTime()
  ) {
    self.client = client
    self.policy = policy
    self.time = time
    client.onHostChange = { [weak self] change in
      if case .leftAlone = change { self?.isLeftAlone = true } else { self?.isLeftAlone = false }
      self?.onHostChange(change)
    }
  }

  public var spacing: Duration {
    get { client.spacing }
    set { client.spacing = newValue }
  }

  public func ask(_ requests: [PageRequest], deadline: Deadline) -> [Result<PageResponse, FetchError>] {
    let sent = requests.map(Self.httpRequest)
    var outcomes = client.sendAll(sent, retrying: policy, deadline: deadline)
    // Some may have been refused although by now the site is well again.
    for pause in Self.pauses where isLeftAlone || outcomes.contains(where: Self.wasRefused) {
      let failed = outcomes.indices.filter { policy.advice(outcomes[$0], now: time.now) != .giveUp }
      guard !failed.isEmpty, pause < deadline.remaining / 2 else { break }
      time.sleep(for: pause)
      let again = client.sendAll(failed.map { sent[$0] }, retrying: policy, deadline: deadline)
      for (index, outcome) in zip(failed, again) { outcomes[index] = outcome }
    }
    return zip(requests, outcomes).map { request, outcome in
      outcome.mapError(FetchError.init).map { response in
        PageResponse(
          url: request.url, status: response.status, headers: response.headers, body: response.body,
          fetchedAt: response.began ?? time.now)
      }
    }
  }

  private static func wasRefused(_ outcome: Result<HTTPResponse, HTTPError>) -> Bool {
    if case .failure(let error) = outcome { error.kind == .hostLeftAlone } else { false }
  }

  private static func httpRequest(_ request: PageRequest) -> HTTPRequest {
    var headers: HTTPHeaders = [
      "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1", "Accept-Language": "en-US,en;q=0.8",
    ]
    headers["If-None-Match"] = request.etag
    headers["If-Modified-Since"] = request.lastModified
    return HTTPRequest(
      "GET", request.url, headers: headers, timeout: .seconds(30), maximumBodyBytes: maximumPageBytes)
  }
}

extension FetchError {
  /// What the lack of an answer is worth.
  init(_ error: HTTPError) {
    let reason: Reason =
      switch error.kind {
      case .timedOut: .timedOut
      case .tooLarge: .unusable
      default: .unavailable
      }
    self.init(reason, error.detail)
  }
}
