import Time

/// A circuit breaker for one host (M. Nygard, *Release It!*).
///
/// After `threshold` consecutive failures it opens: requests are refused. After a cooldown it lets one request through, the
/// probe. A successful probe closes it; a failed one doubles the cooldown. While it is open, the outcomes of older requests
/// change nothing. It performs no I/O: the caller passes the time.
struct CircuitBreaker {
  struct Settings: Equatable, Sendable {
    /// The number of consecutive failures that open the breaker.
    var threshold: Int
    /// The time from opening to the first probe.
    var cooldown: Duration
    /// The upper bound of the cooldown, which doubles with each failed probe.
    var maximumCooldown: Duration
  }

  enum Admission: Equatable {
    case go
    /// A probe is in flight, and its outcome decides.
    case wait
    /// Open until that moment.
    case refuse(until: Duration)
  }

  private enum State: Equatable {
    case closed
    case open(until: Duration)
    case probing
  }

  private let settings: Settings
  private var state = State.closed
  /// Consecutive failures, including those of requests that were in flight when the breaker opened.
  private(set) var failures = 0
  private(set) var cooldown: Duration

  init(_ settings: Settings) {
    self.settings = settings
    cooldown = settings.cooldown
  }

  /// Decides whether a request may start, without starting it.
  func admission(at now: Duration) -> Admission {
    switch state {
    case .closed: .go
    case .probing: .wait
    case .open(let until): until <= now ? .go : .refuse(until: until)
    }
  }

  /// Starts a request that was admitted.
  /// - Returns: true if the request is the probe.
  mutating func begin() -> Bool {
    guard case .open = state else { return false }
    state = .probing
    return true
  }

  /// Records a request that ended without an outcome: it was not sent, or it was dropped.
  mutating func abandon(isProbe: Bool, at now: Duration) {
    if isProbe, state == .probing { state = .open(until: now) }
  }

  /// Records a success.
  /// - Returns: true if it closed the breaker.
  mutating func succeed(isProbe: Bool) -> Bool {
    let wasClosed = state == .closed
    guard wasClosed || isProbe else { return false }
    self = CircuitBreaker(settings)
    return !wasClosed
  }

  /// Records a failure.
  /// - Returns: true if it opened the breaker, or kept it open for another cooldown.
  mutating func fail(isProbe: Bool, at now: Duration) -> Bool {
    failures += 1
    switch state {
    case .closed where failures >= settings.threshold: break
    case .probing where isProbe: cooldown = min(cooldown * 2, settings.maximumCooldown)
    default: return false
    }
    state = .open(until: now + cooldown)
    return true
  }
}
