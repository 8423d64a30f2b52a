import Time

/// The state of a host that a client keeps from one call to the next. Moments are those of `TimeSource.uptime`.
struct HostState {
  /// The end of the pause that the host asked for with Retry-After.
  var pausedUntil = Duration.zero
  /// The moment at which the last request started.
  var lastStart: Duration?
  /// The moment at which the token bucket is full again (the theoretical arrival time of the generic cell rate algorithm).
  var bucketFull = Duration.zero
  var breaker: CircuitBreaker?
  /// The first of the consecutive failures, in words; nil after a success.
  var firstFailure: String?

  /// Returns the earliest moment at which a request may start by Retry-After and the rate.
  /// - Parameters:
  ///   - minimumInterval: the time in which the bucket gains a token.
  ///   - burst: the tokens of a full bucket.
  func readiness(minimumInterval: Duration, burst: Int = 1) -> Duration {
    guard burst > 1 else { return max(pausedUntil, lastStart.map { $0 + minimumInterval } ?? .zero) }
    return max(pausedUntil, bucketFull - minimumInterval * (burst - 1))
  }

  /// Takes a token.
  mutating func start(at now: Duration, minimumInterval: Duration) {
    lastStart = now
    bucketFull = max(bucketFull, now) + minimumInterval
  }
}

/// Returns scheme, host and port of a URL: the key for limits per host.
func hostKey(_ url: String) -> String {
  url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
    .lowercased()
}
