import Time

/// Rules for sending the requests to a source. The standard values are those for a web site.
public struct SendingRules: Equatable, Sendable {
  /// The requests that the scrapers of a run may send at once after a pause: the size of the token bucket of the source's
  /// rate. 1 keeps an interval between any two requests.
  public var burst = 1
  /// True if a source whose headers say that no request is left gets none before the time that they name.
  public var obeysRateLimitHeaders = false
  /// The limit of a request, from its start to the last byte of the response.
  public var timeout = Duration.seconds(30)
  /// The maximum number of attempts at a request, including the first.
  public var attempts = 5
  /// The upper bound of the pause before the second attempt. It doubles with each further one, up
  /// to 20 s.
  public var backoff = Duration.milliseconds(200)
  /// The number of consecutive failures that open the circuit breaker.
  public var breakerFailures = 10
  /// The time from opening the circuit breaker to the first probe.
  public var breakerCooldown = Duration.seconds(5)

  public init() {}
}
