/// Delays between attempts: exponential, capped, with full jitter, so that clients that failed together do not retry
/// together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
public struct Backoff: Sendable {
  /// The upper bound of the first delay. It doubles with each attempt.
  public var base: Duration
  /// The upper bound of all delays.
  public var cap: Duration
  /// The maximum number of attempts, including the first.
  public var maximumAttempts: Int

  public init(base: Duration = .milliseconds(200), cap: Duration = .seconds(20), maximumAttempts: Int = 4) {
    self.base = base
    self.cap = cap
    self.maximumAttempts = maximumAttempts
  }

  /// Returns the upper bound of the delay after the given failed attempt (1 for the first).
  public func ceiling(afterAttempt attempt: Int) -> Duration {
    let doublings = min(max(0, attempt - 1), 30)
    return min(cap, base * (1 << doublings))
  }

  /// Returns a random delay, uniformly distributed from zero to the ceiling, both included.
  public func delay(afterAttempt attempt: Int, using random: inout any RandomNumberGenerator) -> Duration {
    // Not Double.random(in:using:), which may draw repeatedly and never return with a test's constant generator.
    ceiling(afterAttempt: attempt) * (Double(random.next()) * 0x1p-64)
  }
}
