import Time

/// Leaves a host alone that fails again and again, and then tries it carefully: after a wait one request goes, and by its
/// outcome all others do, or the wait is doubled (M. Nygard, Release It!). Pure: it is told the time.
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
    /// One request is finding out whether the host works again.
    case wait
    /// Not before that moment.
    case refuse(until: Duration)
  }

  private enum State: Equatable {
    case closed
    case open(until: Duration)
    case probing
  }

  let settings: Settings
  private var state = State.closed
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
  mutating func begin() {
    if case .open = state { state = .probing }
  }

  /// A request ended without a word of the host's: it never went, or was dropped.
  mutating func abandon(at now: Duration) {
    if state == .probing { state = .open(until: now) }
  }

  /// - Returns: true when this closed it.
  mutating func succeed() -> Bool {
    defer { self = CircuitBreaker(settings) }
    return state != .closed
  }

  /// - Returns: true when this opened it.
  mutating func fail(at now: Duration) -> Bool {
    failures += 1
    switch state {
    // One that was under way when it opened.
    case .open: return false
    case .closed where failures < settings.threshold: return false
    case .closed: break
    case .probing: cooldown = min(cooldown * 2, settings.longestCooldown)
    }
    state = .open(until: now + cooldown)
    return true
  }
}
