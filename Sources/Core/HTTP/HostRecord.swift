import Time

/// What a client remembers of a host from one call to the next. Moments are those of `TimeSource.uptime`.
struct HostRecord {
  /// The host asked to be left alone until then.
  var pausedUntil = Duration.zero
  /// When the last request went.
  var lastStart: Duration?
  var breaker: CircuitBreaker?

  /// The earliest moment at which a request may go, as far as Retry-After and rate are concerned.
  func readiness(spacing: Duration) -> Duration {
    max(pausedUntil, lastStart.map { $0 + spacing } ?? .zero)
  }
}
