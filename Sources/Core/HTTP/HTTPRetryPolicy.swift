import FoundationEssentials
import Text
import Time

/// Decides which responses and errors are retried, and when.
public struct HTTPRetryPolicy: Sendable {
  public var backoff: Backoff
  /// Statuses of temporary failures: too many requests, and errors of the server.
  public var statuses: Set<Int>

  public init(backoff: Backoff = Backoff(), statuses: Set<Int> = [408, 425, 429, 500, 502, 503, 504]) {
    self.backoff = backoff
    self.statuses = statuses
  }

  /// Never retries.
  public static let never = HTTPRetryPolicy(backoff: Backoff(maximumAttempts: 1))

  /// Decides whether to retry. A Retry-After header (seconds, or a date in any of HTTP's forms) sets the minimum delay.
  public func decision(for outcome: Result<HTTPResponse, HTTPError>, now: Date) -> RetryDecision {
    switch outcome {
    case .failure(let error): return error.isTransient ? .retry() : .giveUp
    case .success(let response):
      guard statuses.contains(response.status) else { return .giveUp }
      return .retry(after: response.headers["Retry-After"].flatMap { retryAfter($0, now: now) } ?? .zero)
    }
  }
}

/// Returns the delay that a Retry-After header asks for, at most a day; nil if it has neither form of RFC 9110, 10.2.3.
/// Some servers write the seconds as a decimal number, such as `3.0`; a part of a second counts as a whole one.
package func retryAfter(_ value: String, now: Date) -> Duration? {
  let value = value.trimming(while: \.isWhitespace)
  let parts = value.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  if value.utf8.first?.isASCIIDigit == true, parts[0].utf8.allSatisfy(\.isASCIIDigit),
    parts.count == 1 || parts[1].utf8.allSatisfy(\.isASCIIDigit)
  {
    // A number that does not fit is more than a day.
    let seconds = min(Int(digits: parts[0]) ?? 86_400, 86_400)
    let isMore = parts.count == 2 && parts[1].contains { $0 != "0" }
    return .seconds(min(seconds + (isMore ? 1 : 0), 86_400))
  }
  guard let date = HTTPDate.parse(String(value), now: now) else { return nil }
  return .seconds(min(max(0, date.timeIntervalSince(now)), 86_400))
}
