/// Retries failed work: a limited number of times, with backoff, and never past the deadline.
public final class Retrier {
  public let backoff: Backoff
  private let time: any TimeSource
  private var random: any RandomNumberGenerator

  public init(
    _ backoff: Backoff = Backoff(), time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    self.backoff = backoff
    self.time = time
    self.random = random
  }

  /// Calls `work` with the number of the attempt (1, 2, …) until it returns.
  /// - Parameters:
  ///   - deadline: if a delay would outlast it, the last error is thrown instead.
  ///   - decision: decides whether an error is worth a retry.
  /// - Throws: the last error of `work`.
  public func run<Value>(
    deadline: Deadline, decision: (any Error) -> RetryDecision, _ work: (_ attempt: Int) throws -> Value
  ) throws -> Value {
    var attempt = 1
    while true {
      do {
        return try work(attempt)
      } catch {
        guard attempt < backoff.maximumAttempts, case .retry(let floor) = decision(error) else { throw error }
        let delay = max(floor, backoff.delay(afterAttempt: attempt, using: &random))
        guard delay < deadline.remaining else { throw error }
        time.sleep(for: delay)
        attempt += 1
      }
    }
  }
}

/// A decision about an error: give up, or retry after at least the given time (a server's Retry-After, or zero).
public enum RetryDecision: Equatable, Sendable {
  case giveUp
  case retry(after: Duration = .zero)
}
