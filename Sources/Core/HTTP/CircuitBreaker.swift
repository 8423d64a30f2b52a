import Time

/// Leaves a host alone that fails again and again, and then tries it carefully: after a wait one request goes, the probe,
/// and by its outcome all others do, or the wait is doubled (M. Nygard, Release It!). While it is open only the probe
/// counts: what else ends now was under way before. Pure: it is told the time.
struct CircuitBreaker {
  /// When to open, and for how long.
  struct Settings: Equatable, Sendable {
    /// So many failures in a row open it.
    var threshold: Int
    /// The first wait.
    var cooldown: Duration
    /// The waits double up to this.
    var longestCooldown: Duration
  }

  enum Admission: Equatable {
    case go
    /// The probe is under way.
    case wait
    /// Not before that moment.
    case refuse(until: Duration)
  }

  private enum State: Equatable {
    case closed
    case open(until: Duration)
    case probing
  }

  private let settings: Settings
  private var state = State.closed
  /// How many in a row, with those that were under way when it opened.
  private(set) var failures = 0
  private(set) var cooldown: Duration

  init(_ settings: Settings) {
    self.settings = settings
    cooldown = settings.cooldown
  }

  /// Whether a request may go, without taking that right.
  func admission(at now: Duration) -> Admission {
    switch state {
    case .closed: .go
    case .probing: .wait
    case .open(let until): until <= now ? .go : .refuse(until: until)
    }
  }

  /// A request goes that was admitted.
  /// - Returns: whether it is the probe.
  mutating func begin() -> Bool {
    guard case .open = state else { return false }
    state = .probing
    return true
  }

  /// A request ended without a word of the host's: it never went, or was dropped.
  mutating func abandon(isProbe: Bool, at now: Duration) {
    if isProbe, state == .probing { state = .open(until: now) }
  }

  /// The host answered.
  /// - Returns: true when this closed it.
  mutating func succeed(isProbe: Bool) -> Bool {
    let wasClosed = state == .closed
    guard wasClosed || isProbe else { return false }
    self = CircuitBreaker(settings)
    return !wasClosed
  }

  /// The host failed.
  /// - Returns: true when this opened it, or kept it open for longer.
  mutating func fail(isProbe: Bool, at now: Duration) -> Bool {
    failures += 1
    switch state {
    case .closed where failures >= settings.threshold: break
    case .probing where isProbe: cooldown = min(cooldown * 2, settings.longestCooldown)
    default: return false
    }
    state = .open(until: now + cooldown)
    return true
  }
}
