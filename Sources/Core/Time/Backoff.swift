/// How long to wait between tries: exponential, capped, with full jitter, so that many clients that failed together do
/// not come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
public struct Backoff: Sendable {
  /// The upper bound of the first wait; it doubles with each further one.
  public var base: Duration
  /// No wait is longer than this.
  public var cap: Duration
  /// How often the work is tried at most, the first time included.
  public var maximumAttempts: Int

  public init(base: Duration = .milliseconds(200), cap: Duration = .seconds(20), maximumAttempts: Int = 4) {
    self.base = base
    self.cap = cap
    self.maximumAttempts = maximumAttempts
  }

  /// The longest wait after the given failed attempt (1 for the first).
  public func ceiling(afterAttempt attempt: Int) -> Duration {
    let doublings = min(max(0, attempt - 1), 30)
    return min(cap, base * (1 << doublings))
  }

  /// A wait drawn evenly from zero to the ceiling, both included.
  public func delay(afterAttempt attempt: Int, using random: inout any RandomNumberGenerator) -> Duration {
    // Not Double.random(in:using:): it draws until it likes what it gets, and would never return with a test's constant.
    ceiling(afterAttempt: attempt) * (Double(random.next()) * 0x1p-64)
  }
}
