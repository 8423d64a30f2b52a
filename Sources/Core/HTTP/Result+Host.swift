import FoundationEssentials

extension Result<HTTPResponse, HTTPError> {
  var isTimeout: Bool {
    if case .failure(let error) = self { error.kind == .timedOut } else { false }
  }

  /// Whether the host failed, rather than the request; nil when the outcome says nothing of the host. A host that says
  /// when it wants to be asked again is busy, and obeyed: that is no failure.
  func isFailureOfHost(now: Date) -> Bool? {
    switch self {
    case .success(let response):
      guard response.status >= 500 else { return false }
      let wait = response.headers["Retry-After"].flatMap { retryAfter($0, now: now) } ?? .zero
      return response.status == 503 && wait > .zero ? nil : true
    case .failure(let error):
      switch error.kind {
      case .connection, .tls, .timedOut, .interrupted, .protocolViolation: return true
      case .tooLarge: return false
      case .invalidURL, .cancelled, .hostLeftAlone: return nil
      }
    }
  }
}
