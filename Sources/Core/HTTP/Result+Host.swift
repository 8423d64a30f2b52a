import FoundationEssentials

extension Result<HTTPResponse, HTTPError> {
  /// True if the request timed out.
  var isTimeout: Bool {
    if case .failure(let error) = self { error.kind == .timedOut } else { false }
  }

  /// The failure in words, without the address; nil for a response without an error status.
  var failureText: String? {
    switch self {
    case .success(let response): response.isSuccess ? nil : "status \(response.status)"
    case .failure(let error): error.detail
    }
  }

  /// Returns true if the host failed, false if it works, nil if the outcome does not show either.
  ///
  /// A 503 with Retry-After is not a failure of the host: it is busy, and the client waits as long as it asks.
  func isHostFailure(now: Date) -> Bool? {
    switch self {
    case .success(let response):
      guard response.status >= 500 else { return false }
      let wait = response.headers["Retry-After"].flatMap { retryAfter($0, now: now) } ?? .zero
      return response.status == 503 && wait > .zero ? nil : true
    case .failure(let error):
      switch error.kind {
      case .connection, .tls, .timedOut, .interrupted, .protocolViolation: return true
      case .tooLarge: return false
      case .invalidURL, .invalidHeader, .addressRefused, .cancelled, .circuitOpen: return nil
      }
    }
  }
}
