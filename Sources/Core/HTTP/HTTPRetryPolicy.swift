import FoundationEssentials
import Time

/// Which answers and errors are tried again, and when.
public struct HTTPRetryPolicy: Sendable {
  public var backoff: Backoff
  /// Statuses that may pass: too many requests, and the server's own troubles.
  public var statuses: Set<Int>

  public init(backoff: Backoff = Backoff(), statuses: Set<Int> = [408, 425, 429, 500, 502, 503, 504]) {
    self.backoff = backoff
    self.statuses = statuses
  }

  /// One try, whatever comes of it.
  public static let never = HTTPRetryPolicy(backoff: Backoff(maximumAttempts: 1))

  /// How an outcome is to be taken. A Retry-After in either of its forms (seconds, or an HTTP date) is the least wait.
  public func advice(_ outcome: Result<HTTPResponse, HTTPError>, now: Date) -> RetryAdvice {
    switch outcome {
    case .failure(let error): return error.isTransient ? .retry() : .giveUp
    case .success(let response):
      guard statuses.contains(response.status) else { return .giveUp }
      return .retry(after: response.headers["Retry-After"].flatMap { retryAfter($0, now: now) } ?? .zero)
    }
  }
}

/// The wait that a Retry-After header asks for, nil when it is in neither form (RFC 9110, 10.2.3).
package func retryAfter(_ value: String, now: Date) -> Duration? {
  if let seconds = Int64(value), seconds >= 0 { return .seconds(min(seconds, 86_400)) }
  guard let date = HTTPDate.parse(value) else { return nil }
  return .seconds(min(max(0, date.timeIntervalSince(now)), 86_400))
}
